package io.varve.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link BucketCounts} and {@link DurationBuckets}. */
final class BucketCountsTest {
  private final DurationBuckets buckets =
      new DurationBuckets(Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(100));

  private void addMs(long ms, int times) {
    for (int i = 0; i < times; i++) {
      buckets.add(Duration.ofMillis(ms).toNanos());
    }
  }

  @Test
  void bounds_belongToTheBucketBelowThem() {
    buckets.add(999_999);
    buckets.add(1_000_000);
    buckets.add(1_000_001);
    buckets.add(Duration.ofHours(1).toNanos());
    assertThat(buckets.read().counts()).containsExactly(2, 3, 3, 4);
  }

  @Test
  void quantile_ofNothing_isNotThere() {
    assertThat(buckets.read().quantile(0.5)).isNull();
  }

  @Test
  void quantile_spreadsABucketEvenly() {
    addMs(5, 100); // all in the bucket from 1 to 10 ms
    assertThat(buckets.read().quantile(0.5)).isEqualTo(Duration.ofNanos(5_500_000));
    assertThat(buckets.read().quantile(1)).isEqualTo(Duration.ofMillis(10));
  }

  @Test
  void quantile_findsTheBucketOfItsRank() {
    addMs(1, 90);
    addMs(10, 9);
    addMs(100, 1);
    BucketCounts counts = buckets.read();
    assertThat(counts.quantile(0.9)).isEqualTo(Duration.ofMillis(1));
    assertThat(counts.quantile(0.99)).isEqualTo(Duration.ofMillis(10));
    assertThat(counts.quantile(1)).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void quantile_aboveTheLastBound_isThatBound() {
    addMs(5_000, 10);
    assertThat(buckets.read().quantile(0.5)).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void since_leavesWhatWasThereBefore() {
    addMs(1, 50);
    BucketCounts before = buckets.read();
    addMs(10, 7);
    assertThat(buckets.read().since(before).counts()).containsExactly(0, 7, 7, 7);
  }

  /** The percentile of the buckets lies in the bucket of the percentile of the data. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void quantiles_agreeWithTheDataThemselves(long seed) {
    Random random = new Random(seed);
    long[] nanos =
        LongStream.generate(() -> (long) (Math.exp(random.nextGaussian()) * 3_000_000))
            .limit(10_000)
            .toArray();
    DurationBuckets all = new DurationBuckets(Buckets.ofRequests());
    Arrays.stream(nanos).forEach(all::add);
    Arrays.sort(nanos);
    for (double part : new double[] {0.5, 0.9, 0.99, 0.999}) {
      long exact = nanos[(int) Math.ceil(part * nanos.length) - 1];
      Duration estimate = all.read().quantile(part);
      assertThat(estimate).isNotNull();
      assertThat(bucketOf(estimate.toNanos())).isEqualTo(bucketOf(exact));
    }
  }

  private static long bucketOf(long nanos) {
    return Arrays.stream(Buckets.ofRequests()).filter(bound -> bound.toNanos() < nanos).count();
  }
}
