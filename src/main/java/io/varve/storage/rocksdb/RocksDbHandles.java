package io.varve.storage.rocksdb;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Owns the native objects that live as long as a store and closes them newest first, since a newer
 * one may use an older one, and lets the directory go when all are closed. Used by one thread at a
 * time.
 */
final class RocksDbHandles {
  private final Deque<AbstractNativeReference> newestFirst = new ArrayDeque<>();
  private OpenStores.@Nullable Claim claim;

  /** Takes {@code directory} over, which they use. */
  void own(OpenStores.Claim directory) {
    claim = directory;
  }

  /** Takes {@code handle} over and returns it. */
  <T extends AbstractNativeReference> T own(T handle) {
    newestFirst.push(NativeHandles.track(handle));
    return handle;
  }

  /** Closes everything, whatever fails on the way, and throws the first failure. Idempotent. */
  void close() throws RocksDBException {
    RocksDBException failure = null;
    for (AbstractNativeReference handle = newestFirst.poll();
        handle != null;
        handle = newestFirst.poll()) {
      RocksDBException next = close(handle);
      if (failure == null) {
        failure = next;
      } else if (next != null) {
        failure.addSuppressed(next);
      }
    }
    if (claim != null) {
      claim.close();
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static @Nullable RocksDBException close(AbstractNativeReference handle) {
    if (!(handle instanceof RocksDB db)) {
      NativeHandles.close(handle);
      return null;
    }
    try {
      db.closeE(); // close() would swallow the failure
      return null;
    } catch (RocksDBException e) {
      return e;
    } finally {
      NativeHandles.untrack(db);
    }
  }
}
