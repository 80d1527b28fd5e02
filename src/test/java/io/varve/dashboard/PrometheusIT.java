package io.varve.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.varve.ServerProcess;
import io.varve.chart.ChartGrid;
import io.varve.dashboard.PrometheusProcess.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * From the store to the panel, with the real thing: a server under load, a Prometheus that scrapes
 * it, and every query of the dashboard and of the alert rules asked through Prometheus.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PrometheusIT {
  private static final Path DASHBOARD = Path.of("grafana-dashboard.json");
  private static final Path ALERTS = Path.of("docs", "alerts", "varve-alerts.yml");
  private static final Path PICTURES = Path.of("docs", "monitoring");
  private static final boolean WRITE = Boolean.getBoolean("varve.documents.write");

  /** A picture of two minutes says more; in a build half a minute is enough for every query. */
  private static final int SCRAPES = WRITE ? 120 : 30;

  private static final int THREADS = 4;

  private @Nullable ServerProcess server;
  private @Nullable PrometheusProcess started;
  private @Nullable WatchedLoad done;
  private Instant from = Instant.EPOCH;
  private Instant to = Instant.EPOCH;

  @BeforeAll
  void watchALoad(@TempDir Path directory) throws Exception {
    boolean there = PrometheusProcess.isInstalled();
    if ("true".equals(System.getenv("CI"))) {
      assertThat(there).as("prometheus is on the path").isTrue();
    }
    assumeThat(there)
        .as("prometheus is not on the path, so no query is tried against a real one")
        .isTrue();
    ServerProcess running =
        ServerProcess.start(
            directory,
            "server",
            List.of("-Xmx512m"),
            "--varve.flush.interval=1h",
            "--varve.prune.interval=1h",
            "--varve.disk.max-store-bytes=10GB");
    server = running;
    PrometheusProcess prometheus = PrometheusProcess.start(directory, running.port(), ALERTS);
    started = prometheus;
    WatchedLoad load = new WatchedLoad(running.api());
    done = load;
    from = Instant.now().plusSeconds(2);
    work(load, prometheus);
    awaitScrapeOf(load, prometheus);
    to = Instant.now();
  }

  /** Until Prometheus has seen enough of it. */
  private static void work(WatchedLoad load, PrometheusProcess prometheus) throws Exception {
    load.hold();
    AtomicBoolean enough = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> workers =
          IntStream.range(0, THREADS)
              .<Future<?>>mapToObj(
                  thread ->
                      threads.submit(
                          () -> {
                            for (int round = 0; !enough.get(); round++) {
                              load.round(thread, round);
                            }
                          }))
              .toList();
      try {
        for (int turn = 0; scrapes(prometheus) < SCRAPES; turn++) {
          load.flush();
          load.prune();
          if (turn % 10 == 0) {
            load.checkpoint();
          }
          awaitScrapes(prometheus, scrapes(prometheus) + 2);
          assertThat(workers).noneMatch(Future::isDone);
        }
        var _ = load.begin(); // stays open, and so keeps prune from going on
      } finally {
        enough.set(true);
      }
      for (Future<?> worker : workers) {
        worker.get(1, TimeUnit.MINUTES);
      }
    }
  }

  private static double scrapes(PrometheusProcess prometheus) {
    return prometheus.query("count_over_time(up{job=\"varve\"}[10m])").stream()
        .mapToDouble(Sample::value)
        .sum();
  }

  private static void awaitScrapes(PrometheusProcess prometheus, double count) {
    await().atMost(Duration.ofMinutes(1)).until(() -> scrapes(prometheus) >= count);
  }

  /** Until Prometheus has the numbers of the whole load, which no other transaction changes. */
  private static void awaitScrapeOf(WatchedLoad load, PrometheusProcess prometheus) {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> seen(prometheus, "varve_txn_completed_total{outcome=\"committed\"}"),
            count -> count == load.committed.doubleValue());
    awaitScrapes(prometheus, scrapes(prometheus) + 2); // and what is looked at now and then
  }

  private static double seen(PrometheusProcess prometheus, String series) {
    return prometheus.query(series).stream().mapToDouble(Sample::value).sum();
  }

  @AfterAll
  void stop() {
    if (started != null) {
      started.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private PrometheusProcess prometheus() {
    assertThat(started).isNotNull();
    return started;
  }

  private WatchedLoad load() {
    assertThat(done).isNotNull();
    return done;
  }

  private double value(String query) {
    return prometheus().value(query);
  }

  private static String withoutVariables(String query) {
    return query
        .replace("$__rate_interval", "30s")
        .replace("$namespace", ".*")
        .replace("$instance", ".*");
  }

  @Test
  void everyQueryOfTheDashboard_returnsData() throws Exception {
    List<String> queries = DashboardTest.queries(DASHBOARD);
    assertThat(queries).hasSizeGreaterThan(50);
    assertThat(queries).allSatisfy(query -> assertHasData(withoutVariables(query)));
  }

  /** On a store that is well they say nothing; as a question with a yes or no they must answer. */
  @Test
  void everyAlertRule_returnsData() throws Exception {
    List<String> rules = AlertRulesTest.expressions();
    assertThat(rules).hasSizeGreaterThan(20);
    assertThat(rules).allSatisfy(rule -> assertHasData(PromQuery.withBool(rule)));
  }

  private void assertHasData(String query) {
    List<Sample> samples = prometheus().query(query);
    assertThat(samples).as("no data: %s", query).isNotEmpty();
    assertThat(samples).as("no number: %s", query).anyMatch(each -> !Double.isNaN(each.value()));
  }

  /** Of a store that is well, on a machine whose disk and memory are their own business. */
  @Test
  void noAlert_isRaised() {
    List<Sample> raised = prometheus().query("ALERTS{alertstate=\"firing\"}");
    assertThat(raised)
        .filteredOn(
            alert ->
                !alert.labels().getOrDefault("alertname", "").matches("VarveDisk.*|VarveCpu.*"))
        .isEmpty();
  }

  @Test
  void counters_areThoseOfTheLoad() {
    WatchedLoad load = load();
    String completed = "sum(varve_txn_completed_total{outcome=\"%s\"})";
    assertThat(value(completed.formatted("committed"))).isEqualTo(load.committed.doubleValue());
    assertThat(value(completed.formatted("conflict"))).isEqualTo(load.conflicted.doubleValue());
    assertThat(value(completed.formatted("aborted"))).isEqualTo(load.aborted.doubleValue());
    assertThat(value(completed.formatted("error"))).isZero();
    assertThat(value("sum(varve_txn_conflicts_total)")).isEqualTo(load.conflicted.doubleValue());
    assertThat(value("sum(varve_txn_begun_total) - sum(varve_txn_completed_total)")).isEqualTo(1);
    assertThat(value("sum(varve_txn_duration_seconds_count)"))
        .isEqualTo(value("sum(varve_txn_completed_total)"));
    assertThat(value("sum(varve_commit_group_size_sum)")).isEqualTo(load.committed.doubleValue());
    assertThat(value("max(varve_revision_current)")).isEqualTo(load.committed.doubleValue());
    assertThat(value("sum(varve_txn_commit_duration_seconds_count{phase=\"wal\"})"))
        .isEqualTo(load.committed.doubleValue());
  }

  @Test
  void upkeep_isThatOfTheLoad() {
    WatchedLoad load = load();
    assertThat(value("sum(varve_job_runs_total{exported_job=\"flush\",result=\"ok\"})"))
        .isEqualTo(load.flushes.doubleValue());
    assertThat(value("sum(varve_job_runs_total{exported_job=\"prune\",result=\"ok\"})"))
        .isEqualTo(load.prunes.doubleValue());
    assertThat(value("sum(varve_job_runs_total{result=\"failed\"})")).isZero();
    assertThat(value("sum(varve_flush_bytes_total)")).isPositive();
    assertThat(value("sum(varve_flush_versions_total) + sum(varve_flush_collapsed_total)"))
        .isPositive()
        .isLessThanOrEqualTo(load.committed.doubleValue());
    assertThat(value("sum(varve_prune_versions_total)")).isPositive();
    assertThat(value("sum(varve_wal_bytes_total)"))
        .isBetween((double) load.bytesPut(), 3.0 * load.bytesPut());
  }

  @Test
  void sizesAndAges_areInOrder() {
    assertThat(value("max(varve_txn_active)")).isEqualTo(1);
    assertThat(value("max(varve_txn_oldest_age_seconds)")).isBetween(0.1, 300.0);
    assertThat(value("max(varve_gc_hold_age_seconds{holder=\"hold\"})")).isBetween(10.0, 300.0);
    assertThat(value("sum(varve_engine_state)")).isEqualTo(1);
    assertThat(value("max(varve_engine_state{state=\"open\"})")).isEqualTo(1);
    assertThat(value("max(varve_revision_durability_lag)")).isZero();
    assertThat(value("max(varve_process_rss_bytes)")).isBetween(100e6, 4e9);
    assertThat(value("max(varve_db_bytes)")).isBetween(1e4, 1e9);
    assertThat(value("max(varve_keys_estimate)")).isBetween(0.0, 10_000.0);
    assertThat(value("sum(rate(varve_txn_completed_total{outcome=\"committed\"}[10m]))"))
        .isBetween(1.0, 100_000.0);
  }

  /** The pictures of the guide; written when documents are. */
  @Test
  void pictures_showTheLoad() throws Exception {
    MonitoringPictures pictures = new MonitoringPictures(prometheus(), from, to);
    save("overview.svg", pictures.overview());
    save("engine.svg", pictures.engine());
  }

  private static void save(String name, ChartGrid picture) throws Exception {
    String svg = picture.svg();
    assertThat(svg.split("<polyline", -1)).hasSizeGreaterThan(10);
    if (WRITE) {
      Files.writeString(PICTURES.resolve(name), svg);
    }
  }
}
