package io.varve.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction runs. What is null is the server's choice. Immutable.
 *
 * @param isolation what it is protected from
 * @param readOnly whether it only reads, and so never conflicts
 * @param timeout how long it may stay open
 * @param label a name for the server's history
 * @param revision which revision to read; only where it only reads
 */
public record TransactionOptions(
    @Nullable Isolation isolation,
    boolean readOnly,
    @Nullable Duration timeout,
    @Nullable String label,
    @Nullable Long revision) {
  /** What the server does of its own accord. */
  public static final TransactionOptions DEFAULT =
      new TransactionOptions(null, false, null, null, null);

  public TransactionOptions {
    if (revision != null && !readOnly) {
      throw new IllegalArgumentException("Only a transaction that only reads can have a revision.");
    }
  }

  /** One that reads the newest revision there is when it begins. */
  public static TransactionOptions reading() {
    return new TransactionOptions(null, true, null, null, null);
  }

  /** One that reads a revision of the past. */
  public static TransactionOptions readingAt(long revision) {
    return new TransactionOptions(null, true, null, null, revision);
  }

  /** The same with another isolation. */
  public TransactionOptions isolation(Isolation newIsolation) {
    return new TransactionOptions(newIsolation, readOnly, timeout, label, revision);
  }

  /** The same with another time it may stay open. */
  public TransactionOptions timeout(Duration newTimeout) {
    return new TransactionOptions(isolation, readOnly, newTimeout, label, revision);
  }

  /** The same with a name for the server's history. */
  public TransactionOptions labelled(String newLabel) {
    return new TransactionOptions(isolation, readOnly, timeout, newLabel, revision);
  }
}
