package io.varve.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What Prometheus's own tool says of rules, their tests, the configuration, and every query. */
final class PromtoolIT {
  private static final Path ALERTS = Path.of("docs", "alerts");
  private static final int PATIENCE_SECONDS = 60;

  @TempDir private Path temp;

  /** Away from a developer's machine, a tool that is missing must not go unnoticed. */
  @BeforeEach
  void checkForPromtool() {
    requirePromtool();
  }

  /** Ends a test that needs it where it is missing. */
  static void requirePromtool() {
    boolean there =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(dir -> Files.isExecutable(Path.of(dir, "promtool")));
    if ("true".equals(System.getenv("CI"))) {
      assertThat(there).as("promtool is on the path").isTrue();
    }
    assumeThat(there).as("promtool is not on the path, so what it checks goes unchecked").isTrue();
  }

  @Test
  void rules_areValid() throws Exception {
    promtool("check", "rules", ALERTS.resolve("varve-alerts.yml").toString());
  }

  @Test
  void rules_fireWhenTheyShould() throws Exception {
    promtool("test", "rules", ALERTS.resolve("varve-alerts-test.yml").toString());
  }

  @Test
  void configuration_isValid() throws Exception {
    promtool("check", "config", Path.of("docs", "monitoring", "prometheus.yml").toString());
  }

  /** The tool checks no queries as such; it does check the expressions of rules. */
  @Test
  void dashboardQueries_areValid() throws Exception {
    List<String> queries = DashboardTest.queries(Path.of("grafana-dashboard.json"));
    JsonMapper json = JsonMapper.builder().build();
    StringBuilder rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
    for (int i = 0; i < queries.size(); i++) {
      String expr =
          queries
              .get(i)
              .replace("$__rate_interval", "1m")
              .replace("$namespace", ".*")
              .replace("$instance", ".*");
      rules.append("      - record: query:").append(i).append('\n');
      rules.append("        expr: ").append(json.writeValueAsString(expr)).append('\n');
    }
    Path file = Files.writeString(temp.resolve("queries.yml"), rules);
    assertThat(promtool("check", "rules", file.toString()))
        .contains(queries.size() + " rules found");
  }

  private static String promtool(String... arguments) throws IOException, InterruptedException {
    return promtool(Path.of("/dev/null"), arguments);
  }

  /** What it says to an input; fails if it is not content. */
  static String promtool(Path input, String... arguments) throws IOException, InterruptedException {
    List<String> command = Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectInput(input.toFile()).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
