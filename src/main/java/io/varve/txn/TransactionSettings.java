package io.varve.txn;

import java.time.Duration;

/**
 * Settings of a {@link MvccTransactionManager}.
 *
 * @param limits what transactions may take
 * @param maxAttempts how often {@code execute} runs a closure that conflicts
 * @param syncInterval how often the log is synced where commits do not do it
 * @param stallTimeout how long a commit waits for room in the overlay
 * @param commitTimeout how long a commit waits for its log record before its fate is unknown
 * @param batch how large a group of commits may become that is logged at once
 */
public record TransactionSettings(
    TransactionLimits limits,
    int maxAttempts,
    Duration syncInterval,
    Duration stallTimeout,
    Duration commitTimeout,
    AdaptiveBatchSettings batch) {
  /** The settings of the service unless configured otherwise. */
  public static final TransactionSettings DEFAULTS =
      new TransactionSettings(
          TransactionLimits.DEFAULTS,
          16,
          Duration.ofMillis(100),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          AdaptiveBatchSettings.DEFAULTS);

  /** The same settings with other limits. */
  public TransactionSettings with(TransactionLimits changed) {
    return new TransactionSettings(
        changed, maxAttempts, syncInterval, stallTimeout, commitTimeout, batch);
  }
}
