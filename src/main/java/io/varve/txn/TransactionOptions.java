package io.varve.txn;

import io.varve.model.StoreErrors;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction is to run.
 *
 * @param isolation what it is protected from
 * @param timeout how long it may stay open
 * @param id an id under which others find it in conflicts and in the log, or null
 * @param label what the client calls it, or null
 */
public record TransactionOptions(
    Isolation isolation, Duration timeout, @Nullable String id, @Nullable String label) {
  private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

  /** SERIALIZABLE, ten seconds, neither id nor label. */
  public static final TransactionOptions DEFAULTS =
      new TransactionOptions(Isolation.SERIALIZABLE, Duration.ofSeconds(10), null, null);

  /** Throws {@code MALFORMED_REQUEST} for a timeout below zero or beyond a year. */
  public TransactionOptions {
    if (timeout.isNegative() || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw StoreErrors.malformed("timeout", "The timeout must lie between 0 and 365 days.");
    }
  }

  /** The same options with another isolation. */
  public TransactionOptions with(Isolation changed) {
    return new TransactionOptions(changed, timeout, id, label);
  }

  /** The same options with another timeout. */
  public TransactionOptions with(Duration changed) {
    return new TransactionOptions(isolation, changed, id, label);
  }

  /** The same options with an id. */
  TransactionOptions identified(String changed) {
    return new TransactionOptions(isolation, timeout, changed, label);
  }

  /** The same options with a label. */
  public TransactionOptions labelled(@Nullable String changed) {
    return new TransactionOptions(isolation, timeout, id, changed);
  }
}
