package io.varve.bench.soak;

import com.google.errorprone.annotations.FormatMethod;
import io.varve.bench.soak.Finding.Judgement;
import io.varve.chart.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Holds a run against its limits. Pure. */
final class SoakVerdict {
  /** The first part of a run, in which caches fill, counts for no trend: a sixth. */
  private static final int WARM_UP_PART = 6;

  private static final int MIN_WARM_UP_SAMPLES = 2;
  private static final int MIN_SAMPLES = 20;

  /** Samples are as long as the plan says, give or take what the machine does. */
  private static final double MIN_SAMPLE_SECONDS = 0.9;

  /** How much of the resident memory comes and goes without any leak. */
  private static final double BREATHING = 0.05;

  /** How much it may still rise in a run so short that heap and caches are not full yet. */
  private static final double FILLING = 0.2;

  /** From here on they are. */
  private static final double FILLED_HOURS = 0.5;

  /** Handles that come and go with the work, as iterators do. */
  private static final int HANDLES_IN_MOTION = 32;

  private static final double MEBIBYTE = 1 << 20;
  private static final double SECONDS_PER_HOUR = 3600;
  private static final double PERCENT = 100;

  private SoakVerdict() {}

  /**
   * What is judged.
   *
   * @param samples in order
   * @param wrongAnswers that were proven
   * @param errors that must not be
   */
  record Evidence(List<Sample> samples, long wrongAnswers, long errors) {}

  static List<Finding> judge(Evidence evidence, SoakLimits limits) {
    List<Sample> steady = afterWarmUp(evidence.samples());
    return List.of(
        none("wrong answers", evidence.wrongAnswers()),
        none("errors other than conflicts", evidence.errors()),
        progress(evidence.samples()),
        rssSlope(evidence.samples(), limits.rssSlopeMbPerHour()),
        p99Drift(steady, limits.p99DriftPercent()),
        handles(steady));
  }

  static boolean isPassed(List<Finding> findings) {
    return findings.stream().noneMatch(finding -> finding.judgement() == Judgement.FAIL);
  }

  /** Without the first sixth, and without two samples at least. */
  static List<Sample> afterWarmUp(List<Sample> samples) {
    if (samples.isEmpty()) {
      return samples;
    }
    double end = samples.getLast().elapsedSeconds() / WARM_UP_PART;
    int first = 0;
    while (first < samples.size()
        && (first < MIN_WARM_UP_SAMPLES || samples.get(first).elapsedSeconds() <= end)) {
      first++;
    }
    return samples.subList(first, samples.size());
  }

  private static Finding none(String name, long count) {
    return new Finding(
        name, Long.toString(count), "0", count == 0 ? Judgement.PASS : Judgement.FAIL, "");
  }

  /** A store that answers nothing gives no wrong answer either. */
  private static Finding progress(List<Sample> samples) {
    long idle = samples.stream().filter(sample -> sample.operations() == 0).count();
    long operations = samples.stream().mapToLong(Sample::operations).sum();
    boolean isHalfIdle = operations == 0 || idle * 2 > samples.size();
    return new Finding(
        "intervals without any work",
        idle + " of " + samples.size(),
        "half of them",
        isHalfIdle ? Judgement.FAIL : Judgement.PASS,
        "");
  }

  private static @Nullable String tooFew(List<Sample> steady) {
    long usable = steady.stream().filter(each -> each.seconds() >= MIN_SAMPLE_SECONDS).count();
    return usable >= MIN_SAMPLES
        ? null
        : "judged from 20 samples of a second or more after the warm-up on; there are " + usable;
  }

  /** Over the second half, so that what still fills up after the warm-up does not count. */
  private static Finding rssSlope(List<Sample> samples, double limit) {
    List<Sample> half = samples.subList(samples.size() / 2, samples.size());
    List<Point> points = points(half, sample -> sample.figures().residentBytes());
    double slope = Trend.slope(points) * SECONDS_PER_HOUR / MEBIBYTE;
    double allowed = allowedSlope(points, limit);
    String why = points.isEmpty() ? "nothing tells it" : tooFew(afterWarmUp(samples));
    String scaled = format("; in a run this short, %.0f MB/h are allowed: see below", allowed);
    return new Finding(
        "RSS slope",
        points.isEmpty() ? "unknown" : format("%.2f MB/h", slope),
        limit("%.2f MB/h", limit),
        judge(slope <= allowed, limit, why),
        why == null ? "least squares over the second half" + (allowed > limit ? scaled : "") : why);
  }

  /**
   * In MB per hour. Memory that only comes and goes has a slope as well, and the shorter the run
   * the steeper. So over the judged half a rise by 5 % of the mean is always allowed, which in a
   * run of a day is less than the usual limit; and by 20 % while that half is under half an hour,
   * since heap and caches are still filling then.
   */
  static double allowedSlope(List<Point> points, double limit) {
    if (points.size() < 2) {
      return limit;
    }
    double hours = (points.getLast().x() - points.getFirst().x()) / SECONDS_PER_HOUR;
    double mean = points.stream().mapToDouble(Point::y).average().orElse(0) / MEBIBYTE;
    return Math.max(limit, (hours < FILLED_HOURS ? FILLING : BREATHING) * mean / hours);
  }

  private static Finding p99Drift(List<Sample> steady, double limit) {
    int third = steady.size() / 3;
    double[] middle = p99(steady.subList(third, 2 * third));
    double[] last = p99(steady.subList(2 * third, steady.size()));
    double before = Trend.median(middle);
    double after = Trend.median(last);
    double drift = before == 0 ? 0 : (after / before - 1) * PERCENT;
    double allowed = limit + (isShort(steady) ? scatterPercent(middle, last) : 0);
    String why = tooFew(steady);
    String medians =
        format("median of the last third %.0f µs, of the middle third %.0f µs", after, before);
    String scaled = format("; in a run this short, %.0f %% are allowed: see below", allowed);
    return new Finding(
        "p99 drift",
        format("%.1f %%", drift),
        limit("%.0f %%", limit),
        judge(drift <= allowed, limit, why),
        why == null ? medians + (allowed > limit ? scaled : "") : medians + "; " + why);
  }

  private static boolean isShort(List<Sample> steady) {
    double seconds =
        steady.isEmpty()
            ? 0
            : steady.getLast().elapsedSeconds() - steady.getFirst().elapsedSeconds();
    return seconds / SECONDS_PER_HOUR < FILLED_HOURS;
  }

  /** Two standard errors of the difference between the medians, in percent of the first. */
  static double scatterPercent(double[] before, double[] after) {
    double median = Trend.median(before);
    double error = Math.hypot(Trend.errorOfMedian(before), Trend.errorOfMedian(after));
    return median == 0 ? 0 : 2 * error / median * PERCENT;
  }

  private static double[] p99(List<Sample> samples) {
    return samples.stream()
        .filter(sample -> sample.operations() > 0)
        .mapToDouble(sample -> sample.latency().p99Micros())
        .toArray();
  }

  private static Finding handles(List<Sample> steady) {
    List<Point> points = points(steady, sample -> sample.figures().openHandles());
    int third = points.size() / 3;
    double middle = median(points.subList(third, 2 * third));
    double last = median(points.subList(2 * third, points.size()));
    String why = points.isEmpty() ? "nothing tells it" : tooFew(steady);
    return new Finding(
        "growth of native handles",
        points.isEmpty() ? "unknown" : format("%.0f", last - middle),
        Integer.toString(HANDLES_IN_MOTION),
        judge(last - middle <= HANDLES_IN_MOTION, HANDLES_IN_MOTION, why),
        why == null ? "median of the last third against the middle third" : why);
  }

  private static double median(List<Point> points) {
    return Trend.median(points.stream().mapToDouble(Point::y).toArray());
  }

  private static List<Point> points(List<Sample> samples, Function<Sample, @Nullable Long> figure) {
    List<Point> points = new ArrayList<>();
    for (Sample sample : samples) {
      Long value = figure.apply(sample);
      if (value != null) {
        points.add(new Point(sample.elapsedSeconds(), value));
      }
    }
    return points;
  }

  private static Judgement judge(boolean isWithin, double limit, @Nullable String whyNot) {
    if (whyNot != null || Double.isInfinite(limit)) {
      return Judgement.NOT_JUDGED;
    }
    return isWithin ? Judgement.PASS : Judgement.FAIL;
  }

  @FormatMethod
  private static String limit(String pattern, double limit) {
    return Double.isInfinite(limit) ? "none" : format(pattern, limit);
  }

  @FormatMethod
  private static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }
}
