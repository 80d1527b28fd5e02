package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The table of settings in {@code docs/operations.md} has every setting, with the default and the
 * meaning that the configuration metadata tells, and says of each when to change it. With {@code
 * -Dvarve.documents.write=true} the table is written again; what it says of when stays.
 */
final class OperationsDocumentTest {
  private static final Path DOCUMENT = Path.of("docs", "operations.md");
  private static final Path METADATA =
      Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json");
  private static final String BEGIN = "<!-- settings -->\n";
  private static final String END = "<!-- end of settings -->\n";
  private static final String HEAD =
      "| Setting | Default | Meaning | When to change it |\n|---|---|---|---|\n";

  @Test
  void table_hasEverySetting() throws IOException {
    String document = Files.readString(DOCUMENT);
    int begin = document.indexOf(BEGIN) + BEGIN.length();
    int end = document.indexOf(END);
    assertThat(begin).isGreaterThan(BEGIN.length());
    assertThat(end).isGreaterThan(begin);
    Map<String, String> when = whenToChange(document.substring(begin, end));
    String table = table(when);
    String written = document.substring(0, begin) + table + document.substring(end);
    if (Boolean.getBoolean("varve.documents.write")) {
      Files.writeString(DOCUMENT, written);
      return;
    }
    assertThat(document).isEqualTo(written);
    assertThat(when)
        .allSatisfy((name, text) -> assertThat(text).as("when to change %s", name).isNotBlank());
  }

  /** The last column of the table that is there, by setting. */
  private static Map<String, String> whenToChange(String table) {
    Map<String, String> when = new LinkedHashMap<>();
    table
        .lines()
        .map(line -> line.split("(?<!\\\\)\\|", -1))
        .filter(cells -> cells.length > 4 && cells[1].contains("varve."))
        .forEach(cells -> when.put(cells[1].strip().replace("`", ""), cells[4].strip()));
    return when;
  }

  private static String table(Map<String, String> when) throws IOException {
    JsonNode metadata = JsonMapper.builder().build().readTree(Files.readAllBytes(METADATA));
    List<JsonNode> settings =
        metadata.get("properties").valueStream().toList().stream()
            .filter(setting -> name(setting).startsWith("varve."))
            .sorted(Comparator.comparing(OperationsDocumentTest::name))
            .toList();
    assertThat(settings).hasSizeGreaterThan(60);
    return HEAD
        + settings.stream()
            .map(setting -> row(setting, when.getOrDefault(name(setting), "")))
            .collect(Collectors.joining());
  }

  private static String name(JsonNode setting) {
    return setting.get("name").asString();
  }

  private static String row(JsonNode setting, String when) {
    JsonNode fallback = setting.get("defaultValue");
    JsonNode description = setting.get("description");
    assertThat(description).as("description of %s", name(setting)).isNotNull();
    return "| `"
        + name(setting)
        + "` | "
        + (fallback == null ? "" : "`" + text(fallback) + "`")
        + " | "
        + sentence(description.asString())
        + " | "
        + when
        + " |\n";
  }

  private static String text(JsonNode fallback) {
    return fallback.isArray()
        ? fallback.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "))
        : fallback.asString();
  }

  private static String sentence(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT)
        + text.substring(1).replace("|", "\\|")
        + ".";
  }
}
