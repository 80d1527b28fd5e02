package io.varve.bench.soak;

import io.varve.chart.Point;
import java.util.Arrays;
import java.util.List;

/** Statistics of series. */
final class Trend {
  /** Of a standard deviation in median distances, and of an error of a median in deviations. */
  private static final double ERROR_OF_MEDIAN = 1.4826 * 1.2533;

  private Trend() {}

  /** The slope of the straight line that fits best by least squares; 0 for less than two places. */
  static double slope(List<Point> points) {
    double meanX = points.stream().mapToDouble(Point::x).average().orElse(0);
    double meanY = points.stream().mapToDouble(Point::y).average().orElse(0);
    double together = 0;
    double alone = 0;
    for (Point point : points) {
      together += (point.x() - meanX) * (point.y() - meanY);
      alone += (point.x() - meanX) * (point.x() - meanX);
    }
    return alone == 0 ? 0 : together / alone;
  }

  /** The middle value, or the mean of the two in the middle; 0 for none. */
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    if (sorted.length == 0) {
      return 0;
    }
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /**
   * How far the median may be off by chance: its standard error, from the median distance to it, as
   * for normal scatter.
   */
  static double errorOfMedian(double[] values) {
    if (values.length == 0) {
      return 0;
    }
    double median = median(values);
    double distance = median(Arrays.stream(values).map(each -> Math.abs(each - median)).toArray());
    return ERROR_OF_MEDIAN * distance / Math.sqrt(values.length);
  }
}
