package io.varve.metrics;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Which transactions are timed: all of them up to a rate, and beyond that an even part, so that
 * observing never takes more than a small, fixed part of a processor. Thread-safe.
 *
 * <p>A part is drawn at random and not by turns: transactions that come in a rhythm, as those of
 * one group of commits do, would otherwise be drawn by their place in it.
 */
final class TimedShare {
  /** One costs a microsecond or two, so all of them a hundredth of a processor at most. */
  static final int MAX_PER_SECOND = 5_000;

  /** One of {@code mask + 1}, a power of two, is timed. */
  private volatile int mask;

  /** Whether the next transaction is timed. */
  boolean isNext() {
    int now = mask;
    return now == 0 || (ThreadLocalRandom.current().nextInt() & now) == 0;
  }

  /** Adapts to so many transactions a second. */
  void adaptTo(double perSecond) {
    int parts = 1;
    while (perSecond / parts > MAX_PER_SECOND) {
      parts *= 2;
    }
    mask = parts - 1;
  }

  /** One of so many is timed. */
  int parts() {
    return mask + 1;
  }
}
