package io.varve.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Whoever is told to change a setting, by a panel or a runbook, finds that there is one. */
final class DashboardSettingsTest {
  private static final Path METADATA =
      Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json");

  /** A name of a setting, or {@code varve.some.*}; no part of the name of a class. */
  private static final Pattern SETTING =
      Pattern.compile("(?<![\\w./])varve\\.[a-z][a-z0-9.-]*(?:[a-z0-9]|\\.\\*)");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grafana-dashboard.json",
        "docs/GRAFANA-DASHBOARD.md",
        "docs/runbooks.md",
        "docs/alerts/varve-alerts.yml"
      })
  void everySetting_exists(String document) throws IOException {
    List<String> settings =
        JsonMapper.builder()
            .build()
            .readTree(Files.readAllBytes(METADATA))
            .get("properties")
            .valueStream()
            .map(setting -> setting.get("name").asString())
            .toList();
    List<String> named =
        SETTING
            .matcher(Files.readString(Path.of(document)))
            .results()
            .map(MatchResult::group)
            .toList();
    assertThat(named)
        .isNotEmpty()
        .allSatisfy(
            name -> {
              if (name.endsWith("*")) {
                String prefix = name.substring(0, name.length() - 1);
                assertThat(settings).anyMatch(setting -> setting.startsWith(prefix));
              } else {
                assertThat(settings).contains(name);
              }
            });
  }
}
