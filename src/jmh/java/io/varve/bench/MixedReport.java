package io.varve.bench;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The file that {@code mixed} writes.
 *
 * @param readers clients that read at a time
 * @param rounds in the order in which they ran
 */
record MixedReport(
    String date,
    String commandLine,
    Machine machine,
    List<String> jvmOptions,
    int readers,
    List<Round> rounds) {
  /**
   * One round at one server.
   *
   * @param build whose it was
   * @param readerKind what the readers did
   * @param put of the writers
   * @param livez of the probe of liveness
   * @param readyz of the probe of readiness
   * @param throughput of all readers together
   * @param unit of the throughput
   * @param errors calls that failed
   */
  record Round(
      String build,
      String readerKind,
      Times put,
      Times livez,
      Times readyz,
      double throughput,
      String unit,
      long errors) {}

  /**
   * Times of calls in milliseconds.
   *
   * @param calls how many
   * @param p50 half are not longer
   * @param p99 99 % are not longer
   * @param max the longest
   */
  record Times(long calls, double p50, double p99, double max) {
    private static final double NANOS_PER_MS = 1e6;

    static Times of(Histogram times) {
      return new Times(
          times.getTotalCount(),
          times.getValueAtPercentile(50) / NANOS_PER_MS,
          times.getValueAtPercentile(99) / NANOS_PER_MS,
          times.getMaxValue() / NANOS_PER_MS);
    }
  }
}
