package io.varve.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;

/** The files that a run leaves: a report, its samples, and charts. */
final class SoakOutput {
  private final Path directory;

  private SoakOutput(Path directory) {
    this.directory = directory;
  }

  /** Output to a directory, which is made if it is not there. */
  static SoakOutput in(Path directory) throws IOException {
    Files.createDirectories(directory);
    return new SoakOutput(directory);
  }

  /** To be fed while the run goes on. */
  SampleCsv csv() throws IOException {
    return SampleCsv.create(directory.resolve("soak-report.csv"));
  }

  /** Writes report and charts; where the report is. */
  Path write(SoakResult result, Map<String, String> environment) throws IOException {
    SequencedMap<String, String> charts = SoakCharts.of(result.samples());
    for (Map.Entry<String, String> chart : charts.entrySet()) {
      Files.writeString(directory.resolve(chart.getKey()), chart.getValue());
    }
    Path report = directory.resolve("soak-report.md");
    String text = SoakReport.markdown(result, environment, charts.sequencedKeySet());
    return Files.writeString(report, text);
  }
}
