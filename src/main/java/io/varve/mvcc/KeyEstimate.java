package io.varve.mvcc;

import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Estimates how many keys the flushed versions belong to: the versions are counted by the engine,
 * and stretches here and there tell how many of them a key has. Exact in a small store.
 */
final class KeyEstimate {
  private static final int STRETCHES = 16;
  private static final int STRETCH_ROWS = 256;

  private final StorageService storage;
  private long rows;
  private long keys;

  private KeyEstimate(StorageService storage) {
    this.storage = storage;
  }

  /** Reads a few thousand rows at most. */
  static long of(StorageService storage) {
    KeyEstimate estimate = new KeyEstimate(storage);
    boolean all = estimate.count(VersionedKeyCodec.FIRST_VERSION, STRETCHES * STRETCH_ROWS);
    return all ? estimate.keys : estimate.extrapolate();
  }

  private long extrapolate() {
    List<byte[]> starts = new ArrayList<>(storage.sampleKeys(ColumnFamily.VERSIONS));
    starts.sort(Arrays::compareUnsigned);
    int stride = Math.max(1, starts.size() / STRETCHES);
    if (!starts.isEmpty()) {
      // What was counted at the beginning would outweigh the stretches.
      rows = 0;
      keys = 0;
    }
    for (int i = 0; i < starts.size(); i += stride) {
      count(starts.get(i), STRETCH_ROWS);
    }
    double keysPerRow = (double) keys / rows;
    return Math.round(storage.stats().estimatedVersions() * keysPerRow);
  }

  /** Counts up to {@code limit} rows from {@code start} on; true if there are no more. */
  private boolean count(byte[] start, int limit) {
    try (StorageIterator cursor = storage.iterate(ColumnFamily.VERSIONS)) {
      cursor.seek(
          Arrays.compareUnsigned(start, VersionedKeyCodec.FIRST_VERSION) < 0
              ? VersionedKeyCodec.FIRST_VERSION
              : start);
      byte[] current = {};
      for (int i = 0; i < limit && cursor.valid(); i++) {
        rows++;
        byte[] row = cursor.key();
        if (!VersionedKeyCodec.belongsTo(row, current)) {
          keys++;
          current = VersionedKeyCodec.prefix(row);
        }
        cursor.next();
      }
      return !cursor.valid();
    }
  }
}
