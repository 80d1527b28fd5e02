package io.varve.txn;

import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.Value;
import io.varve.mvcc.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a transaction has read and written, and what it must see. */
final class ModelTransaction {
  final Isolation isolation;
  final long snapshot;
  final long deadlineNanos;
  final TreeMap<Key, Optional<Value>> writes = new TreeMap<>();
  int operations;
  long bytes;

  /** Where a scan in pages goes on, or null. */
  @Nullable KeyRange rest;

  boolean restReverse;

  private final TreeSet<Key> keysRead = new TreeSet<>();
  private final List<KeyRange> rangesRead = new ArrayList<>();

  ModelTransaction(Isolation isolation, long snapshot, long deadlineNanos) {
    this.isolation = isolation;
    this.snapshot = snapshot;
    this.deadlineNanos = deadlineNanos;
  }

  @Nullable Entry get(ModelStore model, Key key) {
    Optional<Value> own = writes.get(key);
    if (own == null) {
      keysRead.add(key);
      return model.get(key, snapshot);
    }
    return own.isEmpty() ? null : new Entry(key, own.get(), Revision.ZERO);
  }

  /** Everything it sees in a range, in the order of a scan. */
  List<Entry> scan(ModelStore model, KeyRange range, boolean reverse) {
    TreeMap<Key, Entry> seen = new TreeMap<>();
    model.scan(range, snapshot).forEach(entry -> seen.put(entry.key(), entry));
    writes.forEach(
        (key, value) -> {
          if (range.contains(key)) {
            if (value.isEmpty()) {
              seen.remove(key);
            } else {
              seen.put(key, new Entry(key, value.get(), Revision.ZERO));
            }
          }
        });
    return List.copyOf((reverse ? seen.descendingMap() : seen).values());
  }

  /** Notes the part of a range that a page has answered for: all of it but the rest. */
  void hasRead(KeyRange range, @Nullable KeyRange left, boolean reverse) {
    if (left == null) {
      rangesRead.add(range);
    } else if (reverse) {
      rangesRead.add(new KeyRange(left.end(), range.end()));
    } else {
      rangesRead.add(new KeyRange(range.start(), left.start()));
    }
  }

  void write(Key key, Optional<Value> value) {
    bytes = bytesAfter(key, value);
    operations++;
    writes.put(key, value);
  }

  /** The writes that its commit makes versions of: not those that delete nothing. */
  List<Write> changes(ModelStore model) {
    List<Write> changes = new ArrayList<>();
    writes.forEach(
        (key, value) -> {
          if (value.isPresent() || model.get(key, snapshot) != null) {
            changes.add(new Write(key, value.orElse(null)));
          }
        });
    return changes;
  }

  long bytesAfter(Key key, Optional<Value> value) {
    long replaced =
        writes.containsKey(key) ? bytesOf(key, writes.getOrDefault(key, Optional.empty())) : 0;
    return bytes + bytesOf(key, value) - replaced;
  }

  private static long bytesOf(Key key, Optional<Value> value) {
    return (long) key.length() + value.map(Value::length).orElse(0);
  }

  /** Whether the commit must be refused: by commits after its snapshot, key by key. */
  boolean conflicts(ModelStore model) {
    for (ModelStore.ModelCommit commit : model.commitsAbove(snapshot)) {
      for (Key key : commit.writes().keySet()) {
        if (writes.containsKey(key)) {
          return true;
        }
        if (isolation == Isolation.SERIALIZABLE
            && (keysRead.contains(key)
                || rangesRead.stream().anyMatch(range -> range.contains(key)))) {
          return true;
        }
      }
    }
    return false;
  }

  /** The revisions and keys that a reported conflict may name, with their kinds. */
  boolean explains(ModelStore model, Conflict conflict) {
    Key key = conflict.key();
    if (key == null || conflict.snapshotRevision().value() != snapshot) {
      return false;
    }
    boolean written =
        model.commitsAbove(snapshot).stream()
            .anyMatch(
                commit ->
                    commit.revision() == conflict.conflictRevision().value()
                        && commit.writes().containsKey(key));
    boolean touched =
        switch (conflict.kind()) {
          case WRITE_WRITE -> writes.containsKey(key);
          case READ_WRITE -> keysRead.contains(key);
          case RANGE -> rangesRead.stream().anyMatch(range -> range.contains(key));
          case TOO_OLD -> false;
        };
    return written && touched;
  }

  /** The first page of {@code all}, as a scan with these options must cut it. */
  static List<Entry> firstPage(List<Entry> all, ScanOptions options) {
    List<Entry> page = new ArrayList<>();
    long bytes = 0;
    for (Entry entry : all) {
      if (page.size() >= options.limit() || bytes >= options.maxBytes()) {
        break;
      }
      page.add(entry);
      bytes += entry.key().length() + entry.value().length();
    }
    return page;
  }

  Map<Key, Optional<Value>> writes() {
    return writes;
  }
}
