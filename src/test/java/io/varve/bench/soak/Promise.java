package io.varve.bench.soak;

import java.time.Duration;

/**
 * What a store has promised to keep of the past.
 *
 * @param versions of each key at least
 * @param age every revision that was the newest so long ago at most
 */
record Promise(int versions, Duration age) {
  /** Nothing but the newest. */
  static final Promise NONE = new Promise(1, Duration.ZERO);
}
