package io.varve.metrics;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many durations lie at or below each of some bounds.
 *
 * @param boundNanos rising; the last stands for every bound
 * @param counts those at or below each bound, so they rise too
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record BucketCounts(long[] boundNanos, long[] counts) {
  /** What came since {@code earlier}, which has the same bounds. */
  BucketCounts since(BucketCounts earlier) {
    long[] more = counts.clone();
    for (int i = 0; i < more.length; i++) {
      more[i] -= earlier.counts[i];
    }
    return new BucketCounts(boundNanos, more);
  }

  /**
   * The duration that this part of all durations does not exceed, or null if there are none. Within
   * a bucket durations count as spread evenly, as Prometheus' {@code histogram_quantile} has it; of
   * those above the last finite bound no more is known than that.
   */
  @Nullable Duration quantile(double part) {
    int last = counts.length - 1;
    if (counts[last] == 0) {
      return null;
    }
    double rank = part * counts[last];
    long lower = 0;
    long below = 0;
    for (int i = 0; i < last; i++) {
      if (counts[i] >= rank && counts[i] > below) {
        double share = (rank - below) / (counts[i] - below);
        return Duration.ofNanos(lower + Math.round((boundNanos[i] - lower) * share));
      }
      lower = boundNanos[i];
      below = counts[i];
    }
    return Duration.ofNanos(lower);
  }
}
