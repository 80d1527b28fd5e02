package io.varve.bench.soak;

/**
 * One point of the verdict.
 *
 * @param name what was judged
 * @param measured the number
 * @param limit what it must not exceed
 * @param judgement how it came out
 * @param note how it was judged, or why not; may be empty
 */
record Finding(String name, String measured, String limit, Judgement judgement, String note) {
  /** How a point came out. */
  enum Judgement {
    PASS,
    FAIL,
    NOT_JUDGED
  }
}
