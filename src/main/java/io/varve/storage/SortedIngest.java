package io.varve.storage;

/**
 * Sorted data on its way into a column family: rows are written to files beside the store, and
 * {@link #commit()} makes all of them visible at once, durably. Must be closed; closing without a
 * commit leaves the store as it was.
 */
public interface SortedIngest extends SortedRows, AutoCloseable {
  /**
   * Takes rows above all that are added here, so that another thread can write them at the same
   * time; part of this ingestion, which commits and closes both. The same object on every call.
   */
  SortedRows rest();

  /** Bytes of keys and values added so far, to the rest as well. */
  @Override
  long bytes();

  /**
   * Makes everything visible in one step; durable when it returns. Nothing may follow. Throws
   * IllegalArgumentException if a row of the rest is not above all rows here.
   */
  void commit();

  @Override
  void close();
}
