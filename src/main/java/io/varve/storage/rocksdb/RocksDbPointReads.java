package io.varve.storage.rocksdb;

import io.varve.storage.StorageRow;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Status;

/** Reads single keys and rows. Thread-safe; every call runs inside the gate of its caller. */
final class RocksDbPointReads {
  /*
   * A seek uses options that all threads share, which saves two native objects a call. They bound
   * the number of removed entries a seek steps over, so that a read of a missing key does not walk
   * over everything a prune has removed behind it; where the bound is reached, the seek is repeated
   * with an upper bound on the key.
   */
  private final RocksDB db;
  private final RocksDbOptionsFactory options;
  private final ReadOptions shared;

  RocksDbPointReads(RocksDB db, RocksDbOptionsFactory options, ReadOptions shared) {
    this.db = db;
    this.options = options;
    this.shared = shared;
  }

  byte @Nullable [] get(ColumnFamilyHandle family, byte[] key) throws RocksDBException {
    return db.get(family, shared, key);
  }

  @Nullable StorageRow first(ColumnFamilyHandle family, byte[] from, byte[] to)
      throws RocksDBException {
    try (RocksIterator cursor = db.newIterator(family, shared)) {
      return first(cursor, from, to);
    } catch (RocksDBException e) {
      if (RocksDbErrors.code(e) != Status.Code.Incomplete) {
        throw e;
      }
    }
    try (var bound = new Slice(to);
        ReadOptions bounded = options.read().setIterateUpperBound(bound);
        RocksIterator cursor = db.newIterator(family, bounded)) {
      return first(cursor, from, to);
    }
  }

  private static @Nullable StorageRow first(RocksIterator cursor, byte[] from, byte[] to)
      throws RocksDBException {
    cursor.seek(from);
    if (!cursor.isValid()) {
      cursor.status();
      return null;
    }
    byte[] key = cursor.key();
    return Arrays.compareUnsigned(key, to) < 0 ? new StorageRow(key, cursor.value()) : null;
  }
}
