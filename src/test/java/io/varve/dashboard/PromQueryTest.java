package io.varve.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.dashboard.PromQuery.Selector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names, matchers and ranges are found wherever the language allows them. */
final class PromQueryTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "up | up",
        "a:b:c{x=\"y\"} | a:b:c",
        "sum(rate(a_total[5m])) by (le, and) | a_total",
        "sum by (le) (rate(a_total{x=\"b}\"}[$__rate_interval])) | a_total",
        "sum(a) | a",
        "a + on (x) group_left (y) b unless c | a,b,c",
        "histogram_quantile(0.99, sum by (le) (rate(h_bucket[1m:10s] offset 5m))) | h_bucket",
        "1e-9 * a > bool 0x1F or Inf | a",
        "clamp_min(a, 1e9) / b @ start() | a,b",
        "{__name__=\"a\",x='}'} | a",
        "rate(a{instance=~\"$instance\"}[${range}]) > $floor | a",
        "a{x=\"say \\\"b\\\"\"} | a",
        "a + a | a",
        "time() - a | a",
        "topk(5, a) without (x) | a",
      })
  void metricNames_leaveOutAllElse(String expr, String names) {
    assertThat(PromQuery.metricNames(expr)).containsExactly(names.split(","));
  }

  @Test
  void metricNames_leaveOutComments() {
    assertThat(PromQuery.metricNames("a # b\n + c")).containsExactly("a", "c");
  }

  @Test
  void metricNames_ofANumberAreNone() {
    assertThat(PromQuery.metricNames("vector(0) + 5m")).isEmpty();
  }

  @Test
  void selectors_haveMatchersAndRange() {
    assertThat(PromQuery.selectors("rate(a{x=\"[1m]\"} [5m]) + b"))
        .containsExactly(new Selector("a", "{x=\"[1m]\"}", "[5m]"), new Selector("b", "", ""));
  }

  @Test
  void selectors_withoutAnEndAreRefused() {
    assertThatThrownBy(() -> PromQuery.selectors("{x=\"y\""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("brace");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a > 1 | a > bool 1",
        "a>=b | a>= bool b",
        "a{x=\"1\",y!=\"2\"} == 0 and b < 2 | a{x=\"1\",y!=\"2\"} == bool 0 and b < bool 2",
        "f(a, \"x > 1\") != 1 | f(a, \"x > 1\") != bool 1",
        "a > bool 1 | a > bool 1",
        "a > on (x) b | a > bool on (x) b",
      })
  void withBool_isBehindEachComparison(String expr, String expected) {
    assertThat(PromQuery.withBool(expr)).isEqualTo(expected);
  }
}
