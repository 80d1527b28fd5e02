package io.varve.dashboard;

import io.varve.chart.ChartGrid;
import io.varve.chart.LineChart;
import io.varve.chart.Point;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Draws what a Prometheus has seen, as the panels of the same names show it. */
final class MonitoringPictures {
  private static final double MEBIBYTE = 1 << 20;
  private static final double MS_PER_SECOND = 1_000;
  private static final String WINDOW = "[10s]";

  private final PrometheusProcess prometheus;
  private final Instant from;
  private final Instant to;

  MonitoringPictures(PrometheusProcess prometheus, Instant from, Instant to) {
    this.prometheus = prometheus;
    this.from = from;
    this.to = to;
  }

  ChartGrid overview() {
    return new ChartGrid()
        .add(
            lines(
                new LineChart("Transactions by outcome", "per second"),
                "outcome",
                "rate(varve_txn_completed_total{outcome=~\"committed|conflict|aborted\"}"
                    + WINDOW
                    + ")",
                1))
        .add(
            new LineChart("Success ratio", "%")
                .line(
                    "committed",
                    points(
                        "100 * sum(rate(varve_txn_completed_total{outcome=\"committed\"}"
                            + WINDOW
                            + ")) / sum(rate(varve_txn_completed_total{outcome!=\"aborted\"}"
                            + WINDOW
                            + "))",
                        1)))
        .add(percentiles("Transaction duration", "varve_txn_duration_seconds_bucket"))
        .add(percentiles("HTTP latency", "http_server_requests_seconds_bucket{uri=~\"/v1/.*\"}"))
        .add(
            lines(
                new LineChart("Commit p99 by phase", "ms").logarithmic(),
                "phase",
                "histogram_quantile(0.99, sum by (phase, le) (rate("
                    + "varve_txn_commit_duration_seconds_bucket{phase=~\"queue|apply|wal|publish\"}"
                    + WINDOW
                    + ")))",
                1 / MS_PER_SECOND))
        .add(
            lines(
                new LineChart("HTTP requests by status", "per second"),
                "status",
                "sum by (status) (rate(http_server_requests_seconds_count{uri=~\"/v1/.*\","
                    + "status=~\"200|201|409|412\"}"
                    + WINDOW
                    + "))",
                1));
  }

  ChartGrid engine() {
    return new ChartGrid()
        .add(
            new LineChart("Flush and compaction", "MiB/s")
                .line("log", bytes("rate(varve_wal_bytes_total" + WINDOW + ")"))
                .line("flush", bytes("rate(varve_flush_bytes_total" + WINDOW + ")"))
                .line(
                    "compaction, written",
                    bytes(
                        "rate(varve_rocksdb_compaction_bytes_total{dir=\"write\"}" + WINDOW + ")")))
        .add(new LineChart("Unflushed data", "MiB").line("overlay", bytes("varve_overlay_bytes")))
        .add(
            new LineChart("Version GC", "per second")
                .line(
                    "versions removed", points("rate(varve_prune_versions_total" + WINDOW + ")", 1))
                .line("keys looked at", points("rate(varve_prune_keys_total" + WINDOW + ")", 1)))
        .add(
            new LineChart("Keys and versions", "count")
                .line("versions", points("varve_versions_estimate", 1)))
        .add(
            new LineChart("Memory against the limit", "MiB")
                .line("resident", bytes("varve_process_rss_bytes"))
                .line("budget", bytes("sum(varve_memory_budget_bytes)")))
        .add(
            new LineChart("Sorted files", "MiB")
                .line("live", bytes("varve_rocksdb_sst_bytes{kind=\"live\"}"))
                .line("all", bytes("varve_rocksdb_sst_bytes{kind=\"total\"}")));
  }

  private LineChart percentiles(String title, String buckets) {
    LineChart chart = new LineChart(title, "ms").logarithmic();
    for (String part : new String[] {"0.5", "0.9", "0.99"}) {
      String query =
          "histogram_quantile(" + part + ", sum by (le) (rate(" + buckets + WINDOW + ")))";
      chart.line(
          "p" + Math.round(Double.parseDouble(part) * 100), points(query, 1 / MS_PER_SECOND));
    }
    return chart;
  }

  private List<Point> bytes(String query) {
    return points(query, MEBIBYTE);
  }

  /** The only line of a query. */
  private List<Point> points(String query, double unit) {
    return prometheus.queryRange(query, from, to).stream()
        .findFirst()
        .map(line -> points(line, unit))
        .orElseThrow(() -> new AssertionError("no data: " + query));
  }

  private LineChart lines(LineChart chart, String label, String query, double unit) {
    LineChart drawn = chart;
    for (PrometheusProcess.Line line : prometheus.queryRange(query, from, to)) {
      String name = line.labels().getOrDefault(label, "").toLowerCase(Locale.ROOT);
      drawn = drawn.line(name, points(line, unit));
    }
    return drawn;
  }

  private List<Point> points(PrometheusProcess.Line line, double unit) {
    List<Point> points = new ArrayList<>();
    for (Map.Entry<Instant, Double> each : line.points().entrySet()) {
      if (Double.isFinite(each.getValue())) {
        double seconds = Duration.between(from, each.getKey()).toMillis() / MS_PER_SECOND;
        points.add(new Point(seconds, each.getValue() / unit));
      }
    }
    return points;
  }
}
