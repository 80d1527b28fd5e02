package io.varve.storage;

/** Takes rows in rising order of their keys. Used by one thread at a time. */
public interface SortedRows {
  /** Adds a put. Keys must rise strictly over all calls; throws IllegalArgumentException if not. */
  void put(byte[] key, byte[] value);

  /** Adds the removal of a key. Keys must rise strictly over all calls. */
  void delete(byte[] key);

  /** Bytes of keys and values added here so far. */
  long bytes();
}
