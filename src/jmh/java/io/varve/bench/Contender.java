package io.varve.bench;

/** A store that takes part in a comparison. Thread-safe but for opening and closing. */
interface Contender extends AutoCloseable {
  /** What the table calls it. */
  String name();

  /** Writes keys 0 to {@code keys - 1} and brings them to disk. */
  void load(int keys) throws Exception;

  /** Adds one to the counter in the value of a key, and commits; how often it had to start over. */
  int increment(int key) throws Exception;

  /** The sum of all counters of keys 0 to {@code keys - 1}. */
  long sum(int keys) throws Exception;

  /** Writes {@code entries} entries with values of 256 bytes, in batches. */
  void bulk(int entries) throws Exception;

  /** Brings everything written to sorted files. */
  void flush() throws Exception;

  @Override
  void close();
}
