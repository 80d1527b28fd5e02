package io.varve.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** {@code helm lint --strict} has nothing to say, whatever the values. */
final class ChartLintTest {
  private static final Path BUILD =
      Path.of("target", "classes", "META-INF", "build-info.properties");

  @TempDir private Path dir;

  static List<String> valueFiles() {
    return Chart.valueFiles();
  }

  @Test
  void lint_ofTheChart_isClean() {
    assertClean(Chart.DIRECTORY);
  }

  /** The library cannot lint with values, so a copy of the chart has them as its own. */
  @ParameterizedTest
  @MethodSource("valueFiles")
  void lint_withValues_isClean(String valueFile) throws IOException {
    Path copy = dir.resolve("varve");
    Chart.copy(copy);
    Map<String, Object> values = map(Node.parseOne(Chart.read("values.yaml")).value());
    merge(values, map(Node.parseOne(Chart.read(valueFile)).value()));
    Files.writeString(copy.resolve("values.yaml"), new Yaml().dump(values));
    assertClean(copy);
  }

  @Test
  void lint_ofABrokenChart_isNotClean() throws IOException {
    Path copy = dir.resolve("varve");
    Chart.copy(copy);
    Files.writeString(copy.resolve("templates/broken.yaml"), "kind: {{ .Values.no.such }}\n");
    LintResult result = new Helm(copy).lint().strict().quiet().call();
    assertThat(result.isFailed()).isTrue();
    assertThat(result.getMessages()).anyMatch(message -> message.contains("broken.yaml"));
  }

  /** What a chart installs is the program it was tested with. */
  @Test
  void appVersion_isThatOfTheBuild() throws IOException {
    var build = new Properties();
    try (var in = Files.newInputStream(BUILD)) {
      build.load(in);
    }
    assertThat(Node.parseOne(Chart.read("Chart.yaml")).at("appVersion").text())
        .isEqualTo(build.getProperty("build.version"));
  }

  private static void assertClean(Path chart) {
    LintResult result = new Helm(chart).lint().strict().call();
    assertThat(result.getMessages()).isEmpty();
    assertThat(result.isFailed()).isFalse();
  }

  private static void merge(Map<String, Object> into, Map<String, Object> from) {
    from.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> && into.get(name) instanceof Map<?, ?> inner) {
            Map<String, Object> merged = map(inner);
            merge(merged, map(value));
            into.put(name, merged);
          } else {
            into.put(name, value);
          }
        });
  }

  private static Map<String, Object> map(@Nullable Object value) {
    var map = new LinkedHashMap<String, Object>();
    assertThat(value).isInstanceOf(Map.class);
    ((Map<?, ?>) value).forEach((name, field) -> map.put(String.valueOf(name), field));
    return map;
  }
}
