package io.varve.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The table of values in the chart's README is what the comments in {@code values.yaml} say. With
 * {@code -Dvarve.documents.write=true} it is written again.
 */
final class ChartReadmeTest {
  private static final Path README = Chart.DIRECTORY.resolve("README.md");
  private static final String BEGIN = "<!-- values -->\n";
  private static final String END = "<!-- end of values -->\n";

  /** A value that a command sets. */
  private static final Pattern SET = Pattern.compile("--set(?:-string)? ([\\w.]+)(?:\\[|=)");

  private final List<ValuesTable.Row> rows = ValuesTable.rows(Chart.read("values.yaml"));

  @Test
  void readme_hasTheTableOfValues() throws IOException {
    String readme = Files.readString(README);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    int end = readme.indexOf(END);
    assertThat(begin).isGreaterThan(BEGIN.length());
    assertThat(end).isGreaterThanOrEqualTo(begin);
    String expected =
        readme.substring(0, begin) + ValuesTable.markdown(rows) + readme.substring(end);
    if (Boolean.getBoolean("varve.documents.write")) {
      Files.writeString(README, expected);
      return;
    }
    assertThat(readme).as("%s; -Dvarve.documents.write=true writes it", README).isEqualTo(expected);
  }

  @Test
  void everyValue_isExplained() {
    assertThat(rows)
        .hasSizeGreaterThan(100)
        .allSatisfy(row -> assertThat(row.text()).as(row.name()).endsWith("."));
  }

  @Test
  void table_takesCommentsOfSeveralLines_andDefaults() {
    String yaml =
        """
        # -- One
        # and two.
        a: "x"
        # About nothing.
        b:
          # -- A map | list.
          c:
            d: 1
          e: []
        """;
    assertThat(ValuesTable.rows(yaml))
        .containsExactly(
            new ValuesTable.Row("a", "\"x\"", "One and two."),
            new ValuesTable.Row("b.c", "{\"d\":1}", "A map | list."),
            new ValuesTable.Row("b.e", "[]", ""));
    assertThat(ValuesTable.markdown(ValuesTable.rows(yaml)))
        .contains("| `b.c` | `{\"d\":1}` | A map \\| list. |");
  }

  /** Whoever is told to set a value finds that there is one. */
  @ParameterizedTest
  @ValueSource(strings = {"README.md", "templates/NOTES.txt", "templates/_validate.tpl"})
  void everyValueThatACommandSets_exists(String file) {
    Node values = Node.parseOne(Chart.read("values.yaml"));
    Matcher set = SET.matcher(Chart.read(file));
    int found = 0;
    for (; set.find(); found++) {
      // Below "config" is whatever the service knows.
      String name = set.group(1).startsWith("config.") ? "config" : set.group(1);
      assertThat(values.at(name.split("\\.", -1)).exists()).as(name).isTrue();
    }
    assertThat(found).isPositive();
  }
}
