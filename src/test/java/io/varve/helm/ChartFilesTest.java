package io.varve.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Helm reads only what is in the chart, so the chart has copies of the alert rules and the
 * dashboard. With {@code -Dvarve.documents.write=true} they are copied again. What is rendered of
 * them is what they say: their own templates, with the same braces as Helm's, come through.
 */
final class ChartFilesTest {
  private static final String EVERYTHING = "ci/everything-values.yaml";
  private static final Path ALERTS = Path.of("docs", "alerts", "varve-alerts.yml");
  private static final Path DASHBOARD = Path.of("grafana-dashboard.json");

  @ParameterizedTest
  @CsvSource({
    "grafana-dashboard.json, files/grafana-dashboard.json",
    "docs/alerts/varve-alerts.yml, files/varve-alerts.yml"
  })
  void copy_isTheOriginal(Path original, String copy) throws IOException {
    Path inChart = Chart.DIRECTORY.resolve(copy);
    if (Boolean.getBoolean("varve.documents.write")) {
      Files.write(inChart, Files.readAllBytes(original));
      return;
    }
    assertThat(inChart)
        .as("%s; -Dvarve.documents.write=true copies it", inChart)
        .hasSameBinaryContentAs(original);
  }

  @Test
  void prometheusRule_hasTheAlertRules() throws IOException {
    Node rules = Node.parseOne(Files.readString(ALERTS));
    assertThat(rules.at("groups").items()).hasSizeGreaterThan(3);
    assertThat(Chart.render(EVERYTHING).only("PrometheusRule").at("spec").value())
        .isEqualTo(rules.value());
  }

  @Test
  void prometheusRule_withAnAddressOfRunbooks_pointsThere() throws IOException {
    String url = "https://git.example.com/varve/blob/main/docs/runbooks.md";
    Rendered rendered = Chart.render(EVERYTHING, Map.of("metrics.prometheusRule.runbookUrl", url));
    String expected = Files.readString(ALERTS).replace("docs/runbooks.md#", url + "#");
    assertThat(rendered.only("PrometheusRule").at("spec").value())
        .isEqualTo(Node.parseOne(expected).value());
  }

  @Test
  void dashboard_isTheOriginal() throws IOException {
    Manifest dashboard = Chart.render(EVERYTHING).named("ConfigMap", "rel-varve-kv-dashboard");
    assertThat(dashboard.at("data", "varve.json").text()).isEqualTo(Files.readString(DASHBOARD));
    assertThat(dashboard.labels()).containsEntry("grafana_dashboard", "1");
  }
}
