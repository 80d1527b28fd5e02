package io.varve.bench.soak;

/**
 * What a run must not exceed. {@code Infinity} only reports.
 *
 * @param rssSlopeMbPerHour how fast resident memory may grow after the warm-up
 * @param p99DriftPercent how much longer the 99th percentile may be at the end than before
 */
record SoakLimits(double rssSlopeMbPerHour, double p99DriftPercent) {
  static final SoakLimits DEFAULTS = new SoakLimits(5, 20);

  /** Judges answers and errors alone, on a machine that does other things as well. */
  static final SoakLimits ONLY_CORRECTNESS =
      new SoakLimits(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
}
