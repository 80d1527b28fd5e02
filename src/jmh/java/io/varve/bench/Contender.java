package io.varve.bench;

import java.util.Map;
import java.util.function.IntFunction;

/** A store that takes part in a comparison. Thread-safe but for opening, loading and closing. */
interface Contender extends AutoCloseable {
  /** Entries of a batch, where a contender does not choose the size itself. */
  int BATCH_ENTRIES = 12_500;

  /**
   * What each contender may keep in memory of what is on disk. RocksDB has it as block cache, and
   * the others divide it as they need it.
   */
  long CACHE_BYTES = 512L << 20;

  /** Writes counters of zero at keys {@code from} to {@code to - 1}, and brings them to disk. */
  void load(int from, int to) throws Exception;

  /** Adds one to the counter in the value of a key, and commits; how often it had to start over. */
  int increment(int key) throws Exception;

  /** The sum of all counters of keys 0 to {@code keys - 1}, which are all there is. */
  long sum(int keys) throws Exception;

  /** Writes {@code entries} entries with values of 256 bytes, in batches. */
  void bulk(int entries, IntFunction<byte[]> keys) throws Exception;

  /** Brings everything written to where the store keeps it for good. */
  void flush() throws Exception;

  /** Waits until nothing is left to be flushed or compacted. */
  void settle() throws Exception;

  /** What it is and how it is set, for the report. */
  Map<String, String> settings();

  /** Bytes that it may take outside the heap. */
  long nativeBudgetBytes();

  /** All upkeep so far, or {@link Upkeep#NONE} where it does not tell. */
  default Upkeep upkeep() throws Exception {
    return Upkeep.NONE;
  }

  @Override
  void close();

  /**
   * What a store did beside the work it was asked for.
   *
   * @param flushes that wrote something; 0 where a store does not tell
   * @param flushSeconds that they took together
   * @param compactionSeconds that RocksDB spent in its compactions and in flushes of its memtables
   */
  record Upkeep(long flushes, double flushSeconds, double compactionSeconds) {
    static final Upkeep NONE = new Upkeep(0, 0, 0);
  }
}
