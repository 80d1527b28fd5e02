package io.varve.txn;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How transactions went lately.
 *
 * @param window over which this was counted; shorter than asked for right after a start
 * @param perSecond transactions that ended, per second
 * @param committedPerSecond those that were committed, per second
 * @param successRatio committed ones to those that were not given up by their owners; 1 if there
 *     were none
 * @param durations how long they took, or null if none was timed
 */
public record TransactionRates(
    Duration window,
    double perSecond,
    double committedPerSecond,
    double successRatio,
    @Nullable Durations durations) {
  /** Before anything was counted. */
  public static final TransactionRates NONE = new TransactionRates(Duration.ZERO, 0, 0, 1, null);

  /**
   * Percentiles, as exact as the buckets they are counted in.
   *
   * @param p50 half of the transactions took no longer
   * @param p90 nine of ten
   * @param p99 99 of a hundred
   */
  public record Durations(Duration p50, Duration p90, Duration p99) {}
}
