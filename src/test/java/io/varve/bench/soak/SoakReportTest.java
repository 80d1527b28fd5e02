package io.varve.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** What a run leaves for its readers. */
final class SoakReportTest {
  private static final Latency LATENCY = new Latency(1_000, 100, 2_000, 30_000, 40_000);
  private static final Figures FIGURES = new Figures(1L << 20, 2L << 20, 30L, null, 5L, 60L);

  private static Sample sample(int second) {
    return new Sample(second, 1, 500, 2, 0, 0, LATENCY, FIGURES);
  }

  private static SoakResult result(List<String> wrongDetails) {
    Duration duration = Duration.ofSeconds(60);
    SoakSettings settings =
        new SoakSettings(
            duration, SoakPlan.of(duration), 4, 10_000, 7, "soak/", SoakLimits.ONLY_CORRECTNESS);
    List<Sample> samples = List.of(sample(1), sample(2));
    return new SoakResult(
        "a store",
        settings,
        samples,
        Map.of(Kind.PUT, LATENCY),
        12,
        3,
        new TreeMap<>(Map.of()),
        List.of(),
        wrongDetails.size(),
        wrongDetails,
        2,
        UpkeepCounts.NONE,
        null,
        SoakVerdict.judge(
            new SoakVerdict.Evidence(samples, wrongDetails.size(), 0), settings.limits()));
  }

  @Test
  void report_ofARunThatPassed() {
    String report =
        SoakReport.markdown(result(List.of()), Map.of("java", "25"), List.of("soak-memory.svg"));
    assertThat(report)
        .startsWith("# Soak test: PASS\n")
        .contains("| wrong answers | 0 | 0 | PASS |")
        .contains("| RSS slope | 0.00 MB/h | none | NOT JUDGED |")
        .contains("| java | 25 |")
        .contains("1 000 operations, 500 a second; 12 conflicts.")
        .contains("| blind put | 1 000 | 0.100 | 2.000 | 30.000 | 40.0 |")
        .contains("| checkpoints | skipped: this target makes none |")
        .contains("![soak-memory](soak-memory.svg)")
        .doesNotContain("## Wrong answers");
  }

  @Test
  void report_ofARunThatFailed_namesWhatWasWrong() {
    String report = SoakReport.markdown(result(List.of("bank total: 99")), Map.of(), List.of());
    assertThat(report)
        .startsWith("# Soak test: FAIL\n")
        .contains("## Wrong answers\n\n1; the first of them:\n\n- `bank total: 99`");
  }

  @Test
  void csvLine_leavesUnknownNumbersEmpty() {
    assertThat(SampleCsv.line(sample(2)))
        .isEqualTo("2.0,1.00,500,500.0,2,0,0,100,2000,30000,40000,1048576,2097152,30,,5,60\n");
  }

  @Test
  void charts_areSvgWithUnitsAndLines() throws Exception {
    Map<String, String> charts = SoakCharts.of(List.of(sample(1), sample(2)));
    assertThat(charts)
        .containsOnlyKeys(
            "soak-throughput.svg",
            "soak-latency.svg",
            "soak-memory.svg",
            "soak-disk.svg",
            "soak-handles.svg");
    for (String svg : charts.values()) {
      Element root =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(svg)))
              .getDocumentElement();
      assertThat(root.getTagName()).isEqualTo("svg");
      assertThat(root.getElementsByTagName("polyline").getLength()).isPositive();
      assertThat(svg).contains("seconds</text>");
    }
    assertThat(charts.get("soak-latency.svg")).contains(">ms</text>").contains(">p99.9</text>");
    assertThat(charts.get("soak-handles.svg")).doesNotContain("native objects");
  }
}
