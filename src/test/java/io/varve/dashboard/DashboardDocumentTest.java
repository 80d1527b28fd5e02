package io.varve.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * {@code grafana-dashboard.json} is what the generator makes, and so is the list of panels in its
 * guide. With {@code -Dvarve.documents.write=true} both are written again.
 */
final class DashboardDocumentTest {
  private static final Path JSON = Path.of("grafana-dashboard.json");
  private static final Path GUIDE = Path.of("docs", "GRAFANA-DASHBOARD.md");
  private static final String BEGIN = "<!-- panels -->\n";
  private static final String END = "<!-- end of panels -->\n";

  private final Dashboard dashboard = VarveDashboard.dashboard();

  @Test
  void json_isWhatTheGeneratorMakes() throws IOException {
    matches(JSON, DashboardJson.write(dashboard));
  }

  @Test
  void guide_hasEveryPanel() throws IOException {
    String guide = Files.readString(GUIDE);
    int begin = guide.indexOf(BEGIN) + BEGIN.length();
    int end = guide.indexOf(END);
    assertThat(begin).isGreaterThan(BEGIN.length());
    assertThat(end).isGreaterThanOrEqualTo(begin);
    String panels = dashboard.rows().stream().map(this::section).collect(Collectors.joining("\n"));
    matches(GUIDE, guide.substring(0, begin) + panels + guide.substring(end));
  }

  private String section(Row row) {
    return "### "
        + row.title()
        + "\n\n| Panel | Shows | When it looks bad |\n|---|---|---|\n"
        + row.panels().stream().map(this::line).collect(Collectors.joining());
  }

  private String line(Panel panel) {
    return "| **" + panel.title() + "** | " + panel.shows() + " | " + panel.whenBad() + " |\n";
  }

  private static void matches(Path document, String expected) throws IOException {
    if (Boolean.getBoolean("varve.documents.write")) {
      Files.writeString(document, expected);
      return;
    }
    assertThat(Files.readString(document))
        .as("%s; -Dvarve.documents.write=true writes it", document)
        .isEqualTo(expected);
  }
}
