package io.varve.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests for {@link LineChart}. */
final class LineChartTest {
  @Test
  void axisSteps_areRound() {
    assertThat(LineChart.niceStep(0.7)).isEqualTo(1);
    assertThat(LineChart.niceStep(21)).isEqualTo(25);
    assertThat(LineChart.niceStep(60)).isEqualTo(100);
  }

  @Test
  void lineWithoutPoints_isLeftOut() {
    String svg =
        new LineChart("Title", "unit")
            .line("there", List.of(new Point(0, 1), new Point(1, 2)))
            .line("not there", List.of())
            .svg();
    assertThat(svg).contains(">Title</text>").contains(">there</text>").doesNotContain("not there");
  }
}
