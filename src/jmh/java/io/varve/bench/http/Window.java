package io.varve.bench.http;

/**
 * The time that is measured. Before it the server warms up; after it the last answers come.
 *
 * @param startNanos as {@link System#nanoTime} tells it
 * @param endNanos as {@link System#nanoTime} tells it
 */
record Window(long startNanos, long endNanos) {
  static final long NANOS_PER_SECOND = 1_000_000_000L;

  static Window of(int warmupSeconds, int seconds) {
    long start = System.nanoTime() + warmupSeconds * NANOS_PER_SECOND;
    return new Window(start, start + seconds * NANOS_PER_SECOND);
  }

  boolean hasBegun(long nanos) {
    return nanos - startNanos >= 0;
  }

  boolean isOver(long nanos) {
    return nanos - endNanos >= 0;
  }

  long lengthNanos() {
    return endNanos - startNanos;
  }
}
