package io.varve.mvcc;

/**
 * How many outcomes may be kept.
 *
 * @param maxCount outcomes at a time
 * @param maxBytes bytes of their rows
 */
public record OutcomeLimits(long maxCount, long maxBytes) {
  /** The limits of the service unless configured otherwise. */
  public static final OutcomeLimits DEFAULTS = new OutcomeLimits(5_000_000, 1L << 30);
}
