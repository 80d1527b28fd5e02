package io.varve.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.bench.soak.Finding.Judgement;
import io.varve.chart.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

/** What makes a run pass or fail. */
final class SoakVerdictTest {
  private static final int MINUTES = 60;
  private static final long MEBIBYTE = 1 << 20;

  /** Minutes of one sample each. */
  private static List<Sample> samples(
      int count, IntToLongFunction rssMebibytes, IntToLongFunction p99Micros) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Figures figures =
          new Figures(1L, rssMebibytes.applyAsLong(i) * MEBIBYTE, 10L, 50L, 1L, (long) i);
      Latency latency = new Latency(100, 10, p99Micros.applyAsLong(i), 500, 900);
      samples.add(new Sample((i + 1) * 60.0, 60, 100, 0, 0, 0, latency, figures));
    }
    return samples;
  }

  private static List<Sample> steady(int count) {
    return samples(count, _ -> 800, _ -> 100);
  }

  private static List<Finding> judge(List<Sample> samples) {
    return SoakVerdict.judge(new SoakVerdict.Evidence(samples, 0, 0), SoakLimits.DEFAULTS);
  }

  private static Finding finding(List<Finding> findings, String name) {
    return findings.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void steadyRun_passes() {
    List<Finding> findings = judge(steady(MINUTES));
    assertThat(findings).allMatch(each -> each.judgement() == Judgement.PASS);
    assertThat(SoakVerdict.isPassed(findings)).isTrue();
  }

  @Test
  void oneWrongAnswer_fails() {
    var evidence = new SoakVerdict.Evidence(steady(MINUTES), 1, 0);
    assertThat(SoakVerdict.isPassed(SoakVerdict.judge(evidence, SoakLimits.DEFAULTS))).isFalse();
  }

  @Test
  void oneError_fails() {
    var evidence = new SoakVerdict.Evidence(steady(MINUTES), 0, 1);
    assertThat(SoakVerdict.isPassed(SoakVerdict.judge(evidence, SoakLimits.DEFAULTS))).isFalse();
  }

  @Test
  void storeThatDoesNothing_fails() {
    assertThat(SoakVerdict.isPassed(judge(List.of()))).isFalse();
  }

  @Test
  void growingMemory_fails() {
    // 60 MiB an hour, where 5 % of 980 MiB over two hours is less than 25 MiB an hour.
    Finding slope = finding(judge(samples(4 * MINUTES, i -> 800 + i, _ -> 100)), "RSS slope");
    assertThat(slope.measured()).isEqualTo("60.00 MB/h");
    assertThat(slope.judgement()).isEqualTo(Judgement.FAIL);
  }

  @Test
  void sameGrowth_ofAShortRun_isWhatFillsUp() {
    Finding slope = finding(judge(samples(MINUTES, i -> 800 + i, _ -> 100)), "RSS slope");
    assertThat(slope.note()).contains("in a run this short");
    assertThat(slope.judgement()).isEqualTo(Judgement.PASS);
    slope = finding(judge(samples(MINUTES, i -> 800 + i * 10L, _ -> 100)), "RSS slope");
    assertThat(slope.judgement()).isEqualTo(Judgement.FAIL);
  }

  @Test
  void sameSlope_isWithinAHigherLimit() {
    List<Finding> findings =
        SoakVerdict.judge(
            new SoakVerdict.Evidence(samples(4 * MINUTES, i -> 800 + i, _ -> 100), 0, 0),
            new SoakLimits(61, 20));
    assertThat(finding(findings, "RSS slope").judgement()).isEqualTo(Judgement.PASS);
  }

  @Test
  void memoryThatFillsUpDuringTheWarmUp_passes() {
    List<Sample> samples = samples(MINUTES, i -> i < 10 ? 80 * i : 800, _ -> 100);
    assertThat(SoakVerdict.isPassed(judge(samples))).isTrue();
  }

  @Test
  void overADay_theLimitItselfApplies() {
    int day = 24 * 60;
    // 7 MiB an hour.
    Finding slope = finding(judge(samples(day, i -> 800 + i * 7L / 60, _ -> 100)), "RSS slope");
    assertThat(slope.judgement()).isEqualTo(Judgement.FAIL);
    assertThat(slope.note()).isEqualTo("least squares over the second half");
    // 3 MiB an hour.
    slope = finding(judge(samples(day, i -> 800 + i * 3L / 60, _ -> 100)), "RSS slope");
    assertThat(slope.judgement()).isEqualTo(Judgement.PASS);
  }

  @Test
  void slowerAtTheEnd_fails() {
    List<Finding> findings = judge(samples(MINUTES, _ -> 800, i -> i < 43 ? 100 : 121));
    Finding drift = finding(findings, "p99 drift");
    assertThat(drift.measured()).isEqualTo("21.0 %");
    assertThat(drift.judgement()).isEqualTo(Judgement.FAIL);
  }

  @Test
  void scatterOfAShortRun_isNoDrift() {
    int count = 30;
    List<Finding> findings =
        judge(samples(count, _ -> 800, i -> (i < 22 ? 100 : 125) + i % 3 * 50L));
    Finding drift = finding(findings, "p99 drift");
    assertThat(drift.note()).contains("in a run this short");
    assertThat(drift.judgement()).isEqualTo(Judgement.PASS);
    findings = judge(samples(count, _ -> 800, i -> (i < 22 ? 100 : 400) + i % 3 * 50L));
    assertThat(finding(findings, "p99 drift").judgement()).isEqualTo(Judgement.FAIL);
    findings = judge(samples(count, _ -> 800, i -> i < 22 ? 100 : 121));
    assertThat(finding(findings, "p99 drift").judgement())
        .as("without scatter nothing more is allowed")
        .isEqualTo(Judgement.FAIL);
  }

  @Test
  void fasterAtTheEnd_passes() {
    List<Finding> findings = judge(samples(MINUTES, _ -> 800, i -> i < 43 ? 100 : 50));
    assertThat(SoakVerdict.isPassed(findings)).isTrue();
  }

  @Test
  void fewSamples_areNotJudgedByTrend() {
    List<Finding> findings = judge(samples(20, i -> 800 + 100L * i, i -> 100L * i));
    assertThat(finding(findings, "RSS slope").judgement()).isEqualTo(Judgement.NOT_JUDGED);
    assertThat(finding(findings, "p99 drift").judgement()).isEqualTo(Judgement.NOT_JUDGED);
    assertThat(SoakVerdict.isPassed(findings)).isTrue();
  }

  @Test
  void infiniteLimits_onlyReport() {
    List<Finding> findings =
        SoakVerdict.judge(
            new SoakVerdict.Evidence(samples(MINUTES, i -> 800 + i * 10L, i -> 100L * i), 0, 0),
            SoakLimits.ONLY_CORRECTNESS);
    assertThat(finding(findings, "RSS slope").judgement()).isEqualTo(Judgement.NOT_JUDGED);
    assertThat(SoakVerdict.isPassed(findings)).isTrue();
  }

  @Test
  void leakedHandles_fail() {
    List<Sample> samples = new ArrayList<>();
    for (Sample each : steady(MINUTES)) {
      long handles = 50 + 2L * samples.size();
      Figures figures = new Figures(1L, 800 * MEBIBYTE, 10L, handles, 1L, 1L);
      samples.add(new Sample(each.elapsedSeconds(), 60, 100, 0, 0, 0, each.latency(), figures));
    }
    assertThat(finding(judge(samples), "growth of native handles").judgement())
        .isEqualTo(Judgement.FAIL);
  }

  @Test
  void slope_ofALine_andOfNothing() {
    List<Point> line = List.of(new Point(0, 5), new Point(2, 9), new Point(4, 13));
    assertThat(Trend.slope(line)).isEqualTo(2);
    assertThat(Trend.slope(List.of())).isZero();
    assertThat(Trend.slope(List.of(new Point(1, 1)))).isZero();
  }

  @Test
  void median_andHowFarItMayBeOff() {
    assertThat(Trend.median(new double[] {})).isZero();
    assertThat(Trend.median(new double[] {3, 1, 2})).isEqualTo(2);
    assertThat(Trend.median(new double[] {4, 1, 3, 2})).isEqualTo(2.5);
    assertThat(Trend.errorOfMedian(new double[] {5, 5, 5, 5})).isZero();
    assertThat(Trend.errorOfMedian(new double[] {1, 2, 3, 4})).isBetween(0.9, 1.0);
  }
}
