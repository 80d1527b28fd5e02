package io.varve.mvcc;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.ScanOptions;
import io.varve.model.Value;
import io.varve.storage.StorageIterator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The flushed keys of a range that have a version at a snapshot, tombstones included, in order.
 * Does not own the iterator. One thread.
 */
final class FlushedCursor {
  /** Rows to step over one by one before a seek is cheaper. */
  private static final int STEPS_BEFORE_SEEK = 8;

  private final StorageIterator rows;
  private final long snapshot;
  private final boolean reverse;
  private final boolean keysOnly;
  private final byte[] from;
  private final byte @Nullable [] to;

  private @Nullable Key key;
  private long revision;
  private @Nullable Value value;

  FlushedCursor(StorageIterator rows, KeyRange range, long snapshot, ScanOptions options) {
    this.rows = rows;
    this.snapshot = snapshot;
    this.reverse = options.reverse();
    this.keysOnly = options.keysOnly();
    this.from = VersionedKeyCodec.lowerBound(range);
    this.to = VersionedKeyCodec.upperBound(range);
    if (!reverse) {
      rows.seek(from);
    } else if (to == null) {
      rows.seekToLast();
    } else {
      seekBelow(to);
    }
    next();
  }

  /** The key the cursor is on, or null past the end. */
  @Nullable Key key() {
    return key;
  }

  long revision() {
    return revision;
  }

  /** The value, empty where only keys are wanted, or null for a tombstone. */
  @Nullable Value value() {
    return value;
  }

  void next() {
    key = null;
    value = null;
    if (reverse) {
      previousKey();
    } else {
      nextKey();
    }
  }

  private void nextKey() {
    while (inRange()) {
      byte[] row = rows.key();
      if (VersionedKeyCodec.revision(row) > snapshot) {
        skipTo(VersionedKeyCodec.encode(VersionedKeyCodec.key(row), snapshot));
      } else {
        take(row);
        skipTo(VersionedKeyCodec.upperBound(VersionedKeyCodec.key(row)));
        return;
      }
    }
  }

  /** Moves up to the first row at or above {@code target}. */
  private void skipTo(byte[] target) {
    for (int step = 0; step < STEPS_BEFORE_SEEK; step++) {
      rows.next();
      if (!rows.valid() || Arrays.compareUnsigned(rows.key(), target) >= 0) {
        return;
      }
    }
    rows.seek(target);
  }

  /** Rows of a key come oldest first on the way down, so the one to take is the last that fits. */
  private void previousKey() {
    while (inRange()) {
      byte[] prefix = VersionedKeyCodec.prefix(rows.key());
      int steps = 0;
      while (inRange() && VersionedKeyCodec.belongsTo(rows.key(), prefix)) {
        byte[] row = rows.key();
        if (VersionedKeyCodec.revision(row) > snapshot) {
          seekBelow(prefix);
          break;
        }
        if (++steps > STEPS_BEFORE_SEEK) {
          rows.seek(VersionedKeyCodec.encode(VersionedKeyCodec.key(row), snapshot));
          take(rows.key());
          seekBelow(prefix);
          break;
        }
        take(row);
        rows.prev();
      }
      if (key != null) {
        return;
      }
    }
  }

  private void seekBelow(byte[] bound) {
    rows.seekForPrev(bound);
    if (rows.valid() && Arrays.equals(rows.key(), bound)) {
      rows.prev();
    }
  }

  private boolean inRange() {
    if (!rows.valid()) {
      return false;
    }
    return reverse
        ? Arrays.compareUnsigned(rows.key(), from) >= 0
        : to == null || Arrays.compareUnsigned(rows.key(), to) < 0;
  }

  private void take(byte[] row) {
    key = VersionedKeyCodec.key(row);
    revision = VersionedKeyCodec.revision(row);
    value =
        keysOnly
            ? VersionValueCodec.decodeHead(rows.value(VersionValueCodec.HEAD_BYTES))
            : VersionValueCodec.decode(rows.value());
  }
}
