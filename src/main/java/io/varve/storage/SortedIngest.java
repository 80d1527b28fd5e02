package io.varve.storage;

/**
 * Sorted data on its way into a column family: entries are written to files beside the store, and
 * {@link #commit()} makes all of them visible at once, durably. Used by one thread; must be closed;
 * closing without a commit leaves the store as it was.
 */
public interface SortedIngest extends AutoCloseable {
  /** Adds a put. Keys must rise strictly over all calls; throws IllegalArgumentException if not. */
  void put(byte[] key, byte[] value);

  /** Adds the removal of a key. Keys must rise strictly over all calls. */
  void delete(byte[] key);

  /** Bytes of keys and values added so far. */
  long bytes();

  /** Makes everything visible in one step; durable when it returns. Nothing may follow. */
  void commit();

  @Override
  void close();
}
