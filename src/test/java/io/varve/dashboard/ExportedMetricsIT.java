package io.varve.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.ServerProcess;
import io.varve.dashboard.Exposition.Family;
import io.varve.web.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a running server exports, and what is said of it elsewhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExportedMetricsIT {
  private static final Path DASHBOARD = Path.of("grafana-dashboard.json");
  private static final Path DOCUMENT = Path.of("docs", "metrics.md");
  private static final String TABLE =
      "| Metric | Type | Labels | What it is |\n|---|---|---|---|\n";
  private static final String SECRET = "nobody-may-read-this";

  /** The values of these are few, whatever the server does. */
  private static final Set<String> LABELS =
      Set.of(
          "class", "dir", "holder", "java", "job", "kind", "outcome", "part", "phase", "pool",
          "reason", "result", "rocksdb", "state", "type", "version");

  /** Their values are those of a build. */
  private static final Set<String> VERSIONS = Set.of("java", "rocksdb", "version");

  private String text = "";
  private Exposition scraped = Exposition.parse("");

  @BeforeAll
  void scrape(@TempDir Path directory) throws Exception {
    try (ServerProcess server = ServerProcess.start(directory, "server", List.of())) {
      Api api = server.api();
      assertThat(api.put("/v1/kv/" + SECRET, SECRET).status()).isEqualTo(201);
      assertThat(api.get("/v1/kv/" + SECRET).status()).isEqualTo(200);
      assertThat(api.post("/v1/transactions", "{\"label\":\"" + SECRET + "\"}").status())
          .isEqualTo(201);
      assertThat(api.get("/v1/kv/none-of-" + SECRET).status()).isEqualTo(404);
      assertThat(api.post("/v1/admin/flush", "").status()).isEqualTo(200);
      text = api.get("/actuator/prometheus").body();
    }
    scraped = Exposition.parse(text);
  }

  @AfterAll
  void forget() {
    text = "";
  }

  private List<Family> ours() {
    return scraped.families().stream()
        .filter(family -> family.name().startsWith("varve_"))
        .toList();
  }

  @Test
  void everyMetric_saysWhatItIs() {
    assertThat(ours())
        .hasSizeGreaterThan(80)
        .allSatisfy(
            family -> {
              assertThat(family.help()).as(family.name()).hasSizeGreaterThan(8);
              assertThat(family.type()).as(family.name()).isNotEqualTo("untyped");
            });
  }

  @Test
  void noLabel_growsWithWhatIsStored() {
    assertThat(text).doesNotContain(SECRET);
    assertThat(ours())
        .allSatisfy(
            family -> {
              assertThat(LABELS).as(family.name()).containsAll(family.labels().keySet());
              assertThat(family.labels().values()).allMatch(values -> values.size() <= 10);
            });
  }

  @Test
  void dashboardAndAlerts_askOnlyForWhatIsExported() throws Exception {
    Set<String> asked = new TreeSet<>(DashboardTest.metricNames(DASHBOARD));
    AlertRulesTest.expressions().forEach(rule -> asked.addAll(PromQuery.metricNames(rule)));
    asked.remove("up"); // Prometheus makes it
    // Only there once the collector has paused.
    asked.removeIf(name -> name.startsWith("jvm_gc_pause_seconds"));
    assertThat(scraped.sampleNames()).hasSizeGreaterThan(150).containsAll(asked);
  }

  @Test
  void names_areAsPrometheusWantsThem(@TempDir Path temp) throws Exception {
    PromtoolIT.requirePromtool();
    Path metrics = Files.writeString(temp.resolve("metrics.txt"), varveOnly());
    String said = PromtoolIT.promtool(metrics, "check", "metrics");
    assertThat(said).isEmpty();
  }

  /** Spring's and Micrometer's own have names that Prometheus' tool frowns upon. */
  private String varveOnly() {
    return text.lines()
        .filter(line -> line.matches("(# (HELP|TYPE) )?varve_.*"))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  @Test
  void document_listsThem() throws IOException {
    String document = Files.readString(DOCUMENT);
    String head = document.substring(0, document.indexOf(TABLE) + TABLE.length());
    String expected = head + rows();
    if (Boolean.getBoolean("varve.documents.write")) {
      Files.writeString(DOCUMENT, expected);
    } else {
      assertThat(document)
          .as("write docs/metrics.md again with -Dvarve.documents.write=true")
          .isEqualTo(expected);
    }
  }

  private String rows() {
    Map<String, String> rows = new TreeMap<>();
    for (Family family : ours()) {
      rows.put(
          family.name(),
          "| `%s` | %s | %s | %s |\n"
              .formatted(family.name(), family.type(), labels(family), family.help()));
    }
    return String.join("", rows.values());
  }

  private static String labels(Family family) {
    return family.labels().entrySet().stream()
        .map(
            label ->
                VERSIONS.contains(label.getKey())
                    ? "`" + label.getKey() + "`"
                    : "`" + label.getKey() + "`: " + String.join(", ", label.getValue()))
        .collect(Collectors.joining("; "));
  }
}
