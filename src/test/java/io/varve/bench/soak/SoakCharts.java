package io.varve.bench.soak;

import io.varve.chart.LineChart;
import io.varve.chart.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The charts of a run, by file name. */
final class SoakCharts {
  private static final double MEBIBYTE = 1 << 20;
  private static final double MICROS_PER_MS = 1_000;

  private SoakCharts() {}

  static SequencedMap<String, String> of(List<Sample> samples) {
    SequencedMap<String, String> charts = new LinkedHashMap<>();
    charts.put(
        "soak-throughput.svg",
        new LineChart("Throughput", "operations/s")
            .line("operations", measured(samples, Sample::perSecond))
            .line("conflicts", measured(samples, each -> each.conflicts() / each.seconds()))
            .svg());
    charts.put(
        "soak-latency.svg",
        new LineChart("Latency of a call, bulk loads left out", "ms")
            .logarithmic()
            .line("p50", latency(samples, Latency::p50Micros))
            .line("p99", latency(samples, Latency::p99Micros))
            .line("p99.9", latency(samples, Latency::p999Micros))
            .svg());
    charts.put(
        "soak-memory.svg",
        new LineChart("Memory of the process", "MiB")
            .line("resident (RSS)", figure(samples, Figures::residentBytes, MEBIBYTE))
            .line("heap in use", figure(samples, Figures::heapUsedBytes, MEBIBYTE))
            .svg());
    charts.put(
        "soak-disk.svg",
        new LineChart("Sorted files on disk", "MiB")
            .line("bytes of all sorted files", figure(samples, Figures::sstBytes, MEBIBYTE))
            .svg());
    charts.put(
        "soak-handles.svg",
        new LineChart("Open handles", "count")
            .line("native objects", figure(samples, Figures::openHandles, 1))
            .line("file descriptors", figure(samples, Figures::fileDescriptors, 1))
            .svg());
    return charts;
  }

  private static List<Point> measured(List<Sample> samples, Function<Sample, Double> measure) {
    return samples.stream()
        .map(sample -> new Point(sample.elapsedSeconds(), measure.apply(sample)))
        .toList();
  }

  private static List<Point> latency(List<Sample> samples, Function<Latency, Long> percentile) {
    return measured(samples, sample -> percentile.apply(sample.latency()) / MICROS_PER_MS);
  }

  private static List<Point> figure(
      List<Sample> samples, Function<Figures, @Nullable Long> figure, double unit) {
    List<Point> points = new ArrayList<>();
    for (Sample sample : samples) {
      Long value = figure.apply(sample.figures());
      if (value != null) {
        points.add(new Point(sample.elapsedSeconds(), value / unit));
      }
    }
    return points;
  }
}
