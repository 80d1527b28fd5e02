package io.varve.client;

import java.time.Duration;

/**
 * How often and how patiently something is tried. The pause doubles from try to try; a random part
 * of it, up to half, is left out, so that clients that failed together do not come back together.
 *
 * @param attempts how often, at most, the first try included
 * @param firstPause the pause after the first try
 * @param longestPause what the pause grows to, unless the server asks for more
 * @param totalTime when no further try is begun, counted from the first
 */
public record RetryPolicy(
    int attempts, Duration firstPause, Duration longestPause, Duration totalTime) {
  /** Eight tries within half a minute, 50 ms to 2 s apart. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(8, Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ofSeconds(30));

  /** One try. */
  public static final RetryPolicy NONE =
      new RetryPolicy(1, Duration.ZERO, Duration.ZERO, Duration.ZERO);

  public RetryPolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be at least 1: " + attempts);
    }
    if (firstPause.isNegative() || totalTime.isNegative()) {
      throw new IllegalArgumentException("firstPause and totalTime must not be negative");
    }
    if (longestPause.compareTo(firstPause) < 0) {
      throw new IllegalArgumentException("longestPause must not be less than firstPause");
    }
  }
}
