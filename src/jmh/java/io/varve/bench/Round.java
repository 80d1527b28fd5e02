package io.varve.bench;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one round gave.
 *
 * @param seconds how long it took
 * @param perSecond commits, or for bulk entries, a second, up to the last acknowledgement
 * @param startedOverPerSecond attempts a second that had to start over
 * @param flushedPerSecond for bulk: entries a second until all are where they stay
 * @param latency from the beginning of a transaction to its acknowledgement, or null for bulk
 */
record Round(
    double seconds,
    double perSecond,
    @Nullable Double startedOverPerSecond,
    @Nullable Double flushedPerSecond,
    @Nullable Latency latency) {
  private static final double NANOS_PER_SECOND = 1e9;

  /** Microseconds that so many transactions stayed below, attempts that failed included. */
  record Latency(double p50Micros, double p99Micros, double p999Micros, double maxMicros) {
    static Latency of(Histogram nanos) {
      return new Latency(
          nanos.getValueAtPercentile(50) / 1e3,
          nanos.getValueAtPercentile(99) / 1e3,
          nanos.getValueAtPercentile(99.9) / 1e3,
          nanos.getMaxValue() / 1e3);
    }
  }

  static Round ofIncrements(long nanos, long startedOver, Histogram latencyNanos) {
    double seconds = nanos / NANOS_PER_SECOND;
    return new Round(
        seconds,
        latencyNanos.getTotalCount() / seconds,
        startedOver / seconds,
        null,
        Latency.of(latencyNanos));
  }

  static Round ofBulk(long entries, BulkTime time) {
    return new Round(
        time.flushedNanos() / NANOS_PER_SECOND,
        entries * NANOS_PER_SECOND / time.acknowledgedNanos(),
        null,
        entries * NANOS_PER_SECOND / time.flushedNanos(),
        null);
  }
}
