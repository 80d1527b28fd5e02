package io.varve.chart;

import com.google.errorprone.annotations.FormatMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Draws lines over time as SVG. Its colours can be read on white and on black, and its background
 * is that of the page.
 */
public final class LineChart {
  static final int WIDTH = 860;
  static final int HEIGHT = 320;
  private static final int LEFT = 76;
  private static final int RIGHT = 24;
  private static final int TOP = 64;
  private static final int BOTTOM = 48;
  private static final int STEPS = 5;
  private static final int MAX_POINTS = 1_000;
  private static final List<String> COLOURS = List.of("#2f81f7", "#d9822b", "#2da44e", "#bf4b8a");

  /** As much as a reader of the axis gets to see above the largest value. */
  private static final double HEADROOM = 1.05;

  private final String title;
  private final String unit;
  private final boolean isLogarithmic;
  private final List<Series> lines = new ArrayList<>();

  /**
   * One line.
   *
   * @param name in the legend
   * @param points with seconds as x, rising
   */
  private record Series(String name, List<Point> points) {}

  /**
   * A chart without lines.
   *
   * @param unit of the values
   */
  public LineChart(String title, String unit) {
    this(title, unit, false);
  }

  private LineChart(String title, String unit, boolean isLogarithmic) {
    this.title = title;
    this.unit = unit;
    this.isLogarithmic = isLogarithmic;
  }

  /** The same chart, without lines, on an axis of powers of ten. */
  public LineChart logarithmic() {
    return new LineChart(title, unit, true);
  }

  /** Adds a line; one without points is left out. */
  public LineChart line(String name, List<Point> points) {
    if (!points.isEmpty()) {
      lines.add(new Series(name, thinned(points)));
    }
    return this;
  }

  /** No screen shows more points than it has columns. */
  private static List<Point> thinned(List<Point> points) {
    int every = (points.size() + MAX_POINTS - 1) / MAX_POINTS;
    List<Point> kept = new ArrayList<>();
    for (int i = 0; i < points.size(); i += every) {
      kept.add(points.get(i));
    }
    return kept;
  }

  /** The drawing. */
  public String svg() {
    double lastX = Math.max(1, all(Point::x).max().orElse(0));
    Axis axis = isLogarithmic ? Axis.ofPowers(all(Point::y).toArray()) : linearAxis();
    StringBuilder svg = new StringBuilder();
    appendHead(svg);
    appendValueAxis(svg, axis);
    appendTimeAxis(svg, lastX);
    for (int i = 0; i < lines.size(); i++) {
      appendLine(svg, i, lastX, axis);
    }
    return svg.append("</svg>\n").toString();
  }

  private DoubleStream all(ToDoubleFunction<Point> part) {
    return lines.stream().flatMap(line -> line.points().stream()).mapToDouble(part);
  }

  private Axis linearAxis() {
    double most = all(Point::y).max().orElse(0) * HEADROOM;
    double step = niceStep(Math.max(1e-9, most) / STEPS);
    return Axis.ofSteps(step, Math.max(1, Math.ceil(most / step)));
  }

  /**
   * Where values stand.
   *
   * @param ticks the values that are written beside the axis, the lowest first
   * @param isLogarithmic whether equal distances are equal ratios
   */
  private record Axis(List<Double> ticks, boolean isLogarithmic) {
    static Axis ofSteps(double step, double steps) {
      return new Axis(
          IntStream.rangeClosed(0, (int) steps).mapToObj(i -> i * step).toList(), false);
    }

    /** From the power of ten below the smallest value that is not 0 to that above the largest. */
    static Axis ofPowers(double[] values) {
      double least = DoubleStream.of(values).filter(value -> value > 0).min().orElse(1);
      double most = DoubleStream.of(values).max().orElse(1);
      int from = (int) Math.floor(Math.log10(least));
      int to = Math.max(from + 1, (int) Math.ceil(Math.log10(Math.max(least, most))));
      return new Axis(
          IntStream.rangeClosed(from, to).mapToObj(i -> Math.pow(10, i)).toList(), true);
    }

    double y(double value) {
      double part = (scaled(value) - scaled(ticks.getFirst()));
      double whole = scaled(ticks.getLast()) - scaled(ticks.getFirst());
      return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part / whole;
    }

    private double scaled(double value) {
      return isLogarithmic ? Math.log10(Math.max(value, ticks.getFirst())) : value;
    }
  }

  private void appendHead(StringBuilder svg) {
    append(
        svg,
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" \
        role="img" aria-label="%s" font-family="system-ui, sans-serif" font-size="12">
        <style>
          text { fill: #59636e; }
          .title { fill: #1f2328; font-size: 15px; font-weight: 600; }
          .grid { stroke: #8b949e; stroke-opacity: 0.35; }
          .axis { stroke: #8b949e; }
          @media (prefers-color-scheme: dark) {
            text { fill: #9da7b1; }
            .title { fill: #e6edf3; }
          }
        </style>
        <text class="title" x="%d" y="22">%s</text>
        <text x="%d" y="%d">%s</text>
        """,
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT,
        title,
        LEFT,
        title,
        8,
        TOP - 12,
        unit);
  }

  private static void appendValueAxis(StringBuilder svg, Axis axis) {
    for (double value : axis.ticks()) {
      double y = axis.y(value);
      append(
          svg,
          "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>%n"
              + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
          value == axis.ticks().getFirst() ? "axis" : "grid",
          LEFT,
          WIDTH - RIGHT,
          y,
          y,
          LEFT - 8,
          y + 4,
          axis.isLogarithmic() ? number(value, value) : number(value, axis.ticks().get(1)));
    }
  }

  private static void appendTimeAxis(StringBuilder svg, double last) {
    TimeUnit unit = TimeUnit.of(last);
    double step = niceStep(last / unit.seconds / 6) * unit.seconds;
    for (int i = 0; i * step <= last * 1.0001; i++) {
      double x = x(i * step, last);
      append(
          svg,
          "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>%n"
              + "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
          x,
          x,
          HEIGHT - BOTTOM,
          HEIGHT - BOTTOM + 5,
          x,
          HEIGHT - BOTTOM + 19,
          number(i * step / unit.seconds, step / unit.seconds));
    }
    append(
        svg,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
        WIDTH - RIGHT,
        HEIGHT - 10,
        unit.label);
  }

  private void appendLine(StringBuilder svg, int index, double lastX, Axis axis) {
    Series line = lines.get(index);
    String colour = COLOURS.get(index % COLOURS.size());
    StringBuilder points = new StringBuilder();
    for (Point point : line.points()) {
      append(points, "%.1f,%.1f ", x(point.x(), lastX), axis.y(point.y()));
    }
    int x = LEFT + 190 * index;
    append(
        svg,
        "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\" stroke-linejoin=\"round\""
            + " points=\"%s\"/>%n"
            + "<line x1=\"%d\" x2=\"%d\" y1=\"38\" y2=\"38\" stroke=\"%s\" stroke-width=\"3\"/>%n"
            + "<text x=\"%d\" y=\"42\">%s</text>%n",
        colour,
        points.toString().strip(),
        x,
        x + 20,
        colour,
        x + 26,
        line.name());
  }

  /** What the time axis counts in. */
  private enum TimeUnit {
    SECONDS("seconds", 1),
    MINUTES("minutes", 60),
    HOURS("hours", 3600);

    private final String label;
    private final double seconds;

    TimeUnit(String label, double seconds) {
      this.label = label;
      this.seconds = seconds;
    }

    static TimeUnit of(double lastSeconds) {
      if (lastSeconds < 300) {
        return SECONDS;
      }
      return lastSeconds < 3 * 3600 ? MINUTES : HOURS;
    }
  }

  /** The smallest of 1, 2, 2.5, 5 and 10, times a power of ten, that is not below {@code least}. */
  static double niceStep(double least) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (double step : new double[] {1, 2, 2.5, 5}) {
      if (step * power >= least * 0.9999) {
        return step * power;
      }
    }
    return 10 * power;
  }

  private static String number(double value, double step) {
    int digits = step >= 1 && step == Math.rint(step) ? 0 : step >= 0.1 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + digits + "f", value).replace(',', '\u202f');
  }

  private static double x(double seconds, double last) {
    return LEFT + (WIDTH - LEFT - RIGHT) * seconds / last;
  }

  @FormatMethod
  private static void append(StringBuilder svg, String pattern, Object... arguments) {
    svg.append(String.format(Locale.ROOT, pattern, arguments));
  }
}
