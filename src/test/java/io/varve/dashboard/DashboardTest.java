package io.varve.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.dashboard.PromQuery.Selector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard is one that works for anybody: any data source, any store, any interval. */
final class DashboardTest {
  private static final Path JSON = Path.of("grafana-dashboard.json");
  private static final String DATA_SOURCE = "${datasource}";

  private static List<JsonNode> all = List.of();
  private static List<JsonNode> panels = List.of();
  private static JsonNode dashboard = JsonMapper.builder().build().createObjectNode();

  @BeforeAll
  static void read() throws IOException {
    dashboard = JsonMapper.builder().build().readTree(Files.readAllBytes(JSON));
    all = dashboard.get("panels").valueStream().toList();
    panels = all.stream().filter(panel -> !panel.get("type").asString().equals("row")).toList();
  }

  /** The queries of the dashboard in this file. */
  static List<String> queries(Path json) throws IOException {
    return JsonMapper.builder()
        .build()
        .readTree(Files.readAllBytes(json))
        .get("panels")
        .valueStream()
        .filter(panel -> panel.has("targets"))
        .flatMap(panel -> panel.get("targets").valueStream())
        .map(target -> target.get("expr").asString())
        .toList();
  }

  /** The names of the metrics that the dashboard in this file asks for. */
  static Set<String> metricNames(Path json) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    queries(json).forEach(query -> names.addAll(PromQuery.metricNames(query)));
    return names;
  }

  @Test
  void everyPanel_saysWhatItShows() {
    assertThat(panels)
        .hasSizeGreaterThan(16)
        .allSatisfy(
            panel -> {
              assertThat(panel.get("title").asString()).isNotBlank();
              assertThat(panel.get("description").asString())
                  .as(title(panel))
                  .hasSizeGreaterThan(30)
                  .endsWith(".");
              assertThat(panel.at("/fieldConfig/defaults/unit").asString())
                  .as(title(panel))
                  .isNotBlank();
              assertThat(panel.get("targets").valueStream())
                  .as(title(panel))
                  .isNotEmpty()
                  .allSatisfy(
                      target -> assertThat(target.get("legendFormat").asString()).isNotBlank());
            });
  }

  @Test
  void titlesAndIds_areUnique() {
    assertThat(all.stream().map(panel -> panel.get("id").asInt())).doesNotHaveDuplicates();
    assertThat(panels.stream().map(DashboardTest::title)).doesNotHaveDuplicates();
  }

  @Test
  void everyDataSource_isTheVariable() {
    assertThat(dashboard.findValues("datasource"))
        .hasSizeGreaterThan(panels.size())
        .allSatisfy(
            source -> {
              assertThat(source.get("type").asString()).isEqualTo("prometheus");
              assertThat(source.get("uid").asString()).isEqualTo(DATA_SOURCE);
            });
  }

  @Test
  void panels_doNotOverlap() {
    Set<String> taken = new LinkedHashSet<>();
    for (JsonNode panel : all) {
      JsonNode at = panel.get("gridPos");
      int right = at.get("x").asInt() + at.get("w").asInt();
      int bottom = at.get("y").asInt() + at.get("h").asInt();
      assertThat(right).as(title(panel)).isLessThanOrEqualTo(24);
      for (int x = at.get("x").asInt(); x < right; x++) {
        for (int y = at.get("y").asInt(); y < bottom; y++) {
          assertThat(taken.add(x + "," + y))
              .as("%s is alone at %d, %d", title(panel), x, y)
              .isTrue();
        }
      }
    }
  }

  @Test
  void everySelector_isFiltered() throws IOException {
    assertThat(selectors())
        .allSatisfy(
            selector ->
                assertThat(selector.matchers())
                    .as(selector.metric())
                    .contains("namespace=~\"$namespace\"", "instance=~\"$instance\""));
  }

  @Test
  void everyRange_isThatOfRatesOrOfTheForecast() throws IOException {
    assertThat(selectors().stream().map(Selector::range).distinct())
        .containsExactlyInAnyOrder("", "[$__rate_interval]", "[4h]");
  }

  @Test
  void everyCounter_isInARate() throws IOException {
    assertThat(selectors())
        .filteredOn(selector -> selector.metric().matches(".*(_total|_count|_sum|_bucket)$"))
        .filteredOn(selector -> !selector.metric().matches(EVENTS_SO_RARE))
        .filteredOn(selector -> !selector.metric().matches(GAUGES_NAMED_COUNT))
        .allSatisfy(
            selector ->
                assertThat(selector.range()).as(selector.metric()).isEqualTo("[$__rate_interval]"));
  }

  /** Shown as a number since the start: one event matters, and a rate would hide it. */
  private static final String EVENTS_SO_RARE = "varve_checkpoint_verify_failures_total";

  private static final String GAUGES_NAMED_COUNT = "varve_checkpoints|system_cpu_count";

  @Test
  void metricsThatAnyServiceHas_areOnlyVarves() throws IOException {
    for (String query : queries(JSON)) {
      if (PromQuery.metricNames(query).stream().anyMatch(name -> !name.startsWith("varve_"))) {
        assertThat(query).contains("and on (namespace, instance) varve_build_info{");
      }
    }
  }

  @Test
  void variables_chooseDataSourceNamespaceAndInstance() {
    List<JsonNode> variables = dashboard.at("/templating/list").valueStream().toList();
    assertThat(variables.stream().map(variable -> variable.get("name").asString()))
        .containsExactly("datasource", "namespace", "instance");
    assertThat(variables.subList(1, 3))
        .allSatisfy(
            variable -> {
              assertThat(variable.get("multi").asBoolean()).isTrue();
              assertThat(variable.get("includeAll").asBoolean()).isTrue();
              assertThat(variable.get("allValue").asString()).isEqualTo(".*");
            });
  }

  @Test
  void metricNames_areFound() throws IOException {
    assertThat(metricNames(JSON))
        .contains("varve_txn_completed_total", "http_server_requests_seconds_bucket")
        .noneMatch(name -> name.equals("sum") || name.equals("rate"));
  }

  private static List<Selector> selectors() throws IOException {
    List<Selector> found = new ArrayList<>();
    queries(JSON).forEach(query -> found.addAll(PromQuery.selectors(query)));
    return Stream.of(found).flatMap(List::stream).toList();
  }

  private static String title(JsonNode panel) {
    return panel.get("title").asString();
  }
}
