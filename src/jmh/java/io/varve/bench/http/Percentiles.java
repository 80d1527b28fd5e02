package io.varve.bench.http;

import org.HdrHistogram.Histogram;

/**
 * Points of a distribution of times, in milliseconds.
 *
 * @param p50 half are not longer
 * @param p90 90 % are not longer
 * @param p99 99 % are not longer
 * @param p999 99.9 % are not longer
 * @param max the longest
 */
record Percentiles(double p50, double p90, double p99, double p999, double max) {
  private static final double NANOS_PER_MS = 1e6;

  /** Of times in nanoseconds. */
  static Percentiles of(Histogram times) {
    return new Percentiles(
        times.getValueAtPercentile(50) / NANOS_PER_MS,
        times.getValueAtPercentile(90) / NANOS_PER_MS,
        times.getValueAtPercentile(99) / NANOS_PER_MS,
        times.getValueAtPercentile(99.9) / NANOS_PER_MS,
        times.getMaxValue() / NANOS_PER_MS);
  }
}
