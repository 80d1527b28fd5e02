package io.varve.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;

/** The bounds of histograms, the same for all of a kind, so that they can be compared. */
final class Buckets {
  private static final long MICROS_PER_MS = 1000;

  private Buckets() {}

  /** Of requests, transactions and what they wait for: half a millisecond to ten seconds. */
  static Duration[] ofRequests() {
    return micros(
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000);
  }

  /** Of phases of a commit, most of which are far shorter: ten microseconds to ten seconds. */
  static Duration[] ofPhases() {
    return micros(
        10,
        50,
        100,
        250,
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        10_000_000);
  }

  /** Of jobs: a millisecond to an hour. */
  static Duration[] ofJobs() {
    return micros(
        LongStream.of(1, 10, 100, 500, 1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000)
            .map(ms -> ms * MICROS_PER_MS)
            .toArray());
  }

  /** Of numbers of things, up to what one transaction or one group may hold. */
  static double[] ofCounts() {
    return new double[] {1, 2, 4, 8, 16, 32, 64, 128, 512, 2_048, 10_000, 60_000};
  }

  /** Of bytes of a group of commits: 256 bytes to 64 MiB. */
  static double[] ofBytes() {
    return new double[] {
      256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864
    };
  }

  private static Duration[] micros(long... bounds) {
    return Arrays.stream(bounds)
        .mapToObj(bound -> Duration.ofNanos(bound * MICROS_PER_MS))
        .toArray(Duration[]::new);
  }
}
