package io.varve.web;

/** A mean of durations in which the latest count most. Thread-safe. */
final class MeanDuration {
  /** One part in so many of each new duration goes into the mean. */
  private static final int SMOOTHING = 16;

  /** Written without a lock: a lost update changes the mean by next to nothing. */
  private volatile long nanos;

  void note(long latestNanos) {
    long mean = nanos;
    nanos = mean + (latestNanos - mean) / SMOOTHING;
  }

  long nanos() {
    return nanos;
  }
}
