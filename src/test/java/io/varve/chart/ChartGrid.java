package io.varve.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Several charts in one picture, two in a row. */
public final class ChartGrid {
  private static final int COLUMNS = 2;

  private final List<LineChart> charts = new ArrayList<>();

  /** Adds a chart after those before it. */
  public ChartGrid add(LineChart chart) {
    charts.add(chart);
    return this;
  }

  /** The drawing. */
  public String svg() {
    int width = COLUMNS * LineChart.WIDTH;
    int height = (charts.size() + COLUMNS - 1) / COLUMNS * LineChart.HEIGHT;
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">%n",
            width,
            height));
    for (int i = 0; i < charts.size(); i++) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<g transform=\"translate(%d %d)\">%n%s</g>%n",
              i % COLUMNS * LineChart.WIDTH,
              i / COLUMNS * LineChart.HEIGHT,
              charts.get(i).svg()));
    }
    return svg.append("</svg>\n").toString();
  }
}
