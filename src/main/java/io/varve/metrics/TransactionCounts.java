package io.varve.metrics;

import io.varve.txn.TransactionOutcome;
import java.util.EnumMap;
import java.util.Map;

/**
 * Transactions that are over, all since the start or those between two moments.
 *
 * @param byOutcome how many there are of each
 * @param durations of those that were timed
 */
record TransactionCounts(Map<TransactionOutcome, Long> byOutcome, BucketCounts durations) {
  long of(TransactionOutcome outcome) {
    return byOutcome.getOrDefault(outcome, 0L);
  }

  long all() {
    return byOutcome.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Committed ones to those that were not given up by their owners; 1 if there are none. */
  double successRatio() {
    long tried = all() - of(TransactionOutcome.ABORTED);
    return tried == 0 ? 1 : (double) of(TransactionOutcome.COMMITTED) / tried;
  }

  /** What came since {@code earlier}. */
  TransactionCounts since(TransactionCounts earlier) {
    Map<TransactionOutcome, Long> more = new EnumMap<>(TransactionOutcome.class);
    byOutcome.forEach((outcome, count) -> more.put(outcome, count - earlier.of(outcome)));
    return new TransactionCounts(more, durations.since(earlier.durations));
  }
}
