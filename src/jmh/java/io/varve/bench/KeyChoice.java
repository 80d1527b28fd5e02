package io.varve.bench;

import java.util.SplittableRandom;

/**
 * Which keys transactions write to.
 *
 * @param keys keys 0 to {@code keys - 1} are there
 * @param hot whether four fifths of the transactions go to the first five
 */
record KeyChoice(int keys, boolean hot) {
  private static final int HOT_KEYS = 5;
  private static final int HOT_PERCENT = 80;

  int next(SplittableRandom random) {
    return random.nextInt(hot && random.nextInt(100) < HOT_PERCENT ? HOT_KEYS : keys);
  }
}
