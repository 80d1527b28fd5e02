package io.varve.model;

import java.time.Duration;

/**
 * What holds may take.
 *
 * @param maxCount holds at a time
 * @param maxTtl how long one may last before it has to be renewed
 */
public record HoldLimits(int maxCount, Duration maxTtl) {
  /** Enough for every backup and analysis at once, and none that is forgotten stays for long. */
  public static final HoldLimits DEFAULTS = new HoldLimits(100, Duration.ofDays(7));
}
