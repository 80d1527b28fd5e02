package io.varve.txn;

import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.Value;
import io.varve.mvcc.Snapshot;
import io.varve.mvcc.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A scan of a snapshot with a transaction's own writes laid over it. */
final class OwnWritesScan {
  private final Snapshot snapshot;
  private final TransactionBuffer buffer;

  OwnWritesScan(Snapshot snapshot, TransactionBuffer buffer) {
    this.snapshot = snapshot;
    this.buffer = buffer;
  }

  /** The first page of {@code range}. */
  ScanPage page(KeyRange range, ScanOptions options) {
    if (!buffer.hasWrites() || buffer.writtenIn(range).isEmpty()) {
      return snapshot.scan(range, options);
    }
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    KeyRange rest = range;
    while (rest != null) {
      ScanPage stored = snapshot.scan(rest, options);
      KeyRange covered = covered(rest, stored.rest(), options.reverse());
      for (Entry entry : merge(stored, covered, options)) {
        if (entries.size() == options.limit() || bytes >= options.maxBytes()) {
          return new ScanPage(entries, from(entry.key(), rest, options.reverse()));
        }
        entries.add(entry);
        bytes += entry.key().length() + entry.value().length();
      }
      rest = stored.rest();
      if (entries.size() == options.limit() || bytes >= options.maxBytes()) {
        return new ScanPage(entries, rest);
      }
    }
    return new ScanPage(entries, null);
  }

  private Iterable<Entry> merge(ScanPage stored, KeyRange covered, ScanOptions options) {
    NavigableMap<Key, Entry> merged = new TreeMap<>();
    for (Entry entry : stored.entries()) {
      merged.put(entry.key(), entry);
    }
    for (Map.Entry<Key, Write> own : buffer.writtenIn(covered).entrySet()) {
      Value value = own.getValue().value();
      if (value == null) {
        merged.remove(own.getKey());
      } else {
        Value shown = options.keysOnly() ? Value.EMPTY : value;
        merged.put(own.getKey(), new Entry(own.getKey(), shown, Revision.ZERO));
      }
    }
    return (options.reverse() ? merged.descendingMap() : merged).values();
  }

  /** The part of {@code range} before {@code rest}, in the order of the scan. */
  static KeyRange covered(KeyRange range, @Nullable KeyRange rest, boolean reverse) {
    if (rest == null) {
      return range;
    }
    return reverse
        ? new KeyRange(rest.end(), range.end())
        : new KeyRange(range.start(), rest.start());
  }

  private static KeyRange from(Key key, KeyRange range, boolean reverse) {
    return reverse ? new KeyRange(range.start(), key.successor()) : new KeyRange(key, range.end());
  }
}
