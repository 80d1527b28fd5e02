package io.varve.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Every alert says what it means and where help is, and has cases in which it fires and does not.
 */
final class AlertRulesTest {
  private static final Path ALERTS = Path.of("docs", "alerts");
  private static final Path RUNBOOKS = Path.of("docs", "runbooks.md");
  private static final Path GUIDE = Path.of("docs", "GRAFANA-DASHBOARD.md");

  private static List<Rule> rules = List.of();
  private static List<Case> cases = List.of();

  /** An alert of one severity. */
  private record Rule(
      String alert, String expr, String pending, String severity, Map<?, ?> annotations) {
    String annotation(String name) {
      return text(annotations, name);
    }
  }

  /** An alert asked for at one time of a test: with which severities it fires then. */
  private record Case(String alert, Set<String> severities) {}

  @BeforeAll
  static void read() throws IOException {
    rules =
        maps(yaml("varve-alerts.yml"), "groups").stream()
            .flatMap(group -> maps(group, "rules").stream())
            .map(AlertRulesTest::rule)
            .toList();
    cases =
        maps(yaml("varve-alerts-test.yml"), "tests").stream()
            .flatMap(test -> maps(test, "promql_expr_test").stream())
            .map(AlertRulesTest::testCase)
            .toList();
  }

  /**
   * The expressions of all alerts, for tests that ask a real store; see {@link PromQuery#withBool}.
   */
  static List<String> expressions() throws IOException {
    return maps(yaml("varve-alerts.yml"), "groups").stream()
        .flatMap(group -> maps(group, "rules").stream())
        .map(rule -> text(rule, "expr"))
        .toList();
  }

  @Test
  void everyRule_saysWhatItMeans() {
    assertThat(rules)
        .hasSizeGreaterThan(30)
        .allSatisfy(
            rule -> {
              assertThat(rule.alert()).matches("Varve[A-Z][A-Za-z]+");
              assertThat(rule.pending()).as(rule.alert()).matches("[0-9]+[smh]");
              assertThat(rule.severity()).as(rule.alert()).isIn("warning", "critical");
              assertThat(rule.annotation("summary"))
                  .as(rule.alert())
                  .contains("{{ $labels.instance }}")
                  .endsWith(".");
              assertThat(rule.annotation("description")).as(rule.alert()).endsWith(".");
            });
  }

  @Test
  void everyRule_hasANameAndSeverityOfItsOwn() {
    assertThat(rules.stream().map(rule -> rule.alert() + " " + rule.severity()))
        .doesNotHaveDuplicates();
  }

  @Test
  void everyRule_hasARunbook() throws IOException {
    List<String> headings = headings(RUNBOOKS);
    assertThat(rules)
        .allSatisfy(
            rule -> {
              assertThat(rule.annotation("runbook_url"))
                  .isEqualTo("docs/runbooks.md#" + rule.alert().toLowerCase(Locale.ROOT));
              assertThat(headings).contains(rule.alert());
            });
    assertThat(headings).as("runbooks without an alert").isSubsetOf(names());
  }

  @Test
  void everyRule_firesInOneCaseAndNotInAnother() {
    assertThat(rules)
        .allSatisfy(
            rule -> {
              List<Case> ofAlert =
                  cases.stream().filter(test -> test.alert().equals(rule.alert())).toList();
              assertThat(ofAlert)
                  .as("%s fires as %s", rule.alert(), rule.severity())
                  .anyMatch(test -> test.severities().contains(rule.severity()));
              assertThat(ofAlert)
                  .as("%s does not fire as %s", rule.alert(), rule.severity())
                  .anyMatch(test -> !test.severities().contains(rule.severity()));
            });
  }

  /** So that {@code bool} can be put behind them, and the state of a store be asked for. */
  @Test
  void everyExpression_usesPlainComparisons() {
    Pattern others = Pattern.compile("!=(?!\")|absent|[<>=] *bool");
    assertThat(rules)
        .allSatisfy(
            rule -> {
              assertThat(withoutStrings(rule.expr()))
                  .as(rule.alert())
                  .doesNotContainPattern(others)
                  .containsPattern("(>=|==|>|<) ");
            });
  }

  @Test
  void everyExpression_canTellNoFromNoData() {
    assertThat(rules)
        .allSatisfy(rule -> assertThat(PromQuery.withBool(rule.expr())).contains(" bool "));
  }

  @Test
  void guide_namesEveryAlert() throws IOException {
    assertThat(Files.readString(GUIDE)).contains(names());
  }

  private static Set<String> names() {
    Set<String> names = new TreeSet<>();
    rules.forEach(rule -> names.add(rule.alert()));
    return names;
  }

  private static String withoutStrings(String expr) {
    return expr.replaceAll("[=!]~?\"[^\"]*\"", "");
  }

  private static List<String> headings(Path markdown) throws IOException {
    try (var lines = Files.lines(markdown)) {
      return lines.filter(line -> line.startsWith("## ")).map(line -> line.substring(3)).toList();
    }
  }

  private static Rule rule(Map<?, ?> rule) {
    return new Rule(
        text(rule, "alert"),
        text(rule, "expr"),
        text(rule, "for"),
        text(map(rule, "labels"), "severity"),
        map(rule, "annotations"));
  }

  private static Case testCase(Map<?, ?> test) {
    Set<String> severities = new LinkedHashSet<>();
    for (Map<?, ?> sample : maps(test, "exp_samples")) {
      severities.add(inQuotes(text(sample, "labels"), "severity"));
    }
    return new Case(inQuotes(text(test, "expr"), "alertname"), severities);
  }

  /** The value of a matcher or label; "" if it is not there. */
  private static String inQuotes(String text, String name) {
    var found = Pattern.compile(name + "=\"([^\"]*)\"").matcher(text);
    return found.find() ? found.group(1) : "";
  }

  private static Map<?, ?> yaml(String file) throws IOException {
    String text = Files.readString(ALERTS.resolve(file));
    return (Map<?, ?>) new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
  }

  private static String text(Map<?, ?> of, String name) {
    Object value = of.get(name);
    assertThat(value).as("%s of %s", name, of).isNotNull();
    return String.valueOf(value).strip();
  }

  private static Map<?, ?> map(Map<?, ?> of, String name) {
    assertThat(of.get(name)).as("%s of %s", name, of).isInstanceOf(Map.class);
    return (Map<?, ?>) of.get(name);
  }

  private static List<Map<?, ?>> maps(Map<?, ?> of, String name) {
    assertThat(of.get(name)).as("%s of %s", name, of).isInstanceOf(List.class);
    return ((List<?>) of.get(name)).stream().<Map<?, ?>>map(each -> (Map<?, ?>) each).toList();
  }
}
