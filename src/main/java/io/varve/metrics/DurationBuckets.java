package io.varve.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts durations by size, since its beginning. Thread-safe. */
final class DurationBuckets {
  /** Rising; the last has no end. */
  private final long[] boundNanos;

  /** Of each bucket alone. */
  private final LongAdder[] counts;

  DurationBuckets(Duration... bounds) {
    this.boundNanos = Arrays.copyOf(nanos(bounds), bounds.length + 1);
    this.boundNanos[bounds.length] = Long.MAX_VALUE;
    this.counts =
        Stream.generate(LongAdder::new).limit(boundNanos.length).toArray(LongAdder[]::new);
  }

  private static long[] nanos(Duration... bounds) {
    return Arrays.stream(bounds).mapToLong(Duration::toNanos).toArray();
  }

  void add(long nanos) {
    int found = Arrays.binarySearch(boundNanos, nanos);
    counts[found < 0 ? -found - 1 : found].increment();
  }

  /** All of them. */
  BucketCounts read() {
    long[] atOrBelow = new long[counts.length];
    long sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i].sum();
      atOrBelow[i] = sum;
    }
    return new BucketCounts(boundNanos, atOrBelow);
  }
}
