package io.varve.bench.soak;

import org.HdrHistogram.Histogram;

/**
 * How long calls took.
 *
 * @param count how many there were; without any, the times are 0
 * @param p50Micros half of them took no longer
 * @param p99Micros 99 of 100 took no longer
 * @param p999Micros 999 of 1000 took no longer
 * @param maxMicros the longest
 */
record Latency(long count, long p50Micros, long p99Micros, long p999Micros, long maxMicros) {
  static Latency of(Histogram histogram) {
    return new Latency(
        histogram.getTotalCount(),
        histogram.getValueAtPercentile(50),
        histogram.getValueAtPercentile(99),
        histogram.getValueAtPercentile(99.9),
        histogram.getMaxValue());
  }
}
