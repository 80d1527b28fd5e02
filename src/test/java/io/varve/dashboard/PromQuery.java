package io.varve.dashboard;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a PromQL expression asks for. Reads just enough of the language: names, their matchers and
 * ranges; whether the expression is a valid one is for Prometheus to say.
 */
final class PromQuery {
  /** Operators and modifiers, which stand where a name could. */
  private static final Set<String> WORDS =
      Set.of("and", "or", "unless", "bool", "offset", "atan2", "inf", "nan");

  /** Words that a list of labels follows. */
  private static final Set<String> BEFORE_LABELS =
      Set.of("by", "without", "on", "ignoring", "group_left", "group_right");

  /** Aggregations; unlike a function's, their name need not stand right before the bracket. */
  private static final Set<String> AGGREGATIONS =
      Set.of(
          "sum",
          "min",
          "max",
          "avg",
          "group",
          "stddev",
          "stdvar",
          "count",
          "count_values",
          "bottomk",
          "topk",
          "quantile");

  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern NUMBER = Pattern.compile("[0-9][0-9a-zA-Z_.]*([eE][+-][0-9]+)?");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?[a-zA-Z_][a-zA-Z0-9_:]*}?");
  private static final Pattern SPACE = Pattern.compile("(\\s|#[^\\n]*)*");
  private static final Pattern STRING =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`[^`]*`");
  private static final Pattern LABELS = Pattern.compile("\\([^)]*\\)");
  private static final Pattern MATCHERS =
      Pattern.compile("\\{(?:" + STRING.pattern() + "|[^}\"'`])*}");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
  private static final Pattern NAME_MATCHER =
      Pattern.compile("__name__\\s*=\\s*[\"'`]([a-zA-Z0-9_:]+)[\"'`]");

  /** A comparison, or what may hold a sign that looks like one. */
  private static final Pattern COMPARISON =
      Pattern.compile(
          "(?<aside>"
              + STRING.pattern()
              + "|"
              + MATCHERS.pattern()
              + "|#[^\\n]*)|(?<sign>[=!<>]=|[<>])(?!\\s*bool\\b)\\s*");

  private final String text;
  private int at;
  private final List<Selector> selectors = new ArrayList<>();

  /**
   * Series that an expression selects.
   *
   * @param metric their name, or "" if only matchers choose them
   * @param matchers with the braces, or ""
   * @param range with the brackets, or ""
   */
  record Selector(String metric, String matchers, String range) {}

  private PromQuery(String text) {
    this.text = text;
  }

  /** The names of the metrics in it, without functions, labels and keywords. */
  static Set<String> metricNames(String expr) {
    Set<String> names = new LinkedHashSet<>();
    for (Selector selector : selectors(expr)) {
      if (!selector.metric().isEmpty()) {
        names.add(selector.metric());
      }
    }
    return names;
  }

  /** What it selects, from left to right. */
  static List<Selector> selectors(String expr) {
    PromQuery query = new PromQuery(expr);
    query.read();
    return List.copyOf(query.selectors);
  }

  /**
   * The same with a {@code bool} behind each comparison: 0 or 1 where the expression would leave
   * series out or not. So it tells "no" from "no such series".
   */
  static String withBool(String expr) {
    return COMPARISON
        .matcher(expr)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    found.group("sign") == null ? found.group() : found.group("sign") + " bool "));
  }

  private void read() {
    take(SPACE);
    while (at < text.length()) {
      String name = take(NAME);
      if (!name.isEmpty()) {
        readName(name);
      } else if (text.charAt(at) == '{') {
        readSelector("");
      } else if (take(STRING).isEmpty()
          && take(NUMBER).isEmpty()
          && take(VARIABLE).isEmpty()
          && take(RANGE).isEmpty()) {
        at++;
      }
      take(SPACE);
    }
  }

  private void readName(String name) {
    String word = name.toLowerCase(Locale.ROOT);
    take(SPACE);
    boolean bracket = at < text.length() && text.charAt(at) == '(';
    if (BEFORE_LABELS.contains(word)) {
      take(LABELS);
    } else if (!bracket && !WORDS.contains(word) && !AGGREGATIONS.contains(word)) {
      readSelector(name);
    }
  }

  private void readSelector(String name) {
    String matchers = take(MATCHERS);
    if (matchers.isEmpty() && name.isEmpty()) {
      throw new IllegalArgumentException("brace without an end at " + at + ": " + text);
    }
    take(SPACE);
    String range = take(RANGE);
    Matcher named = NAME_MATCHER.matcher(matchers);
    String metric = name.isEmpty() && named.find() ? named.group(1) : name;
    selectors.add(new Selector(metric, matchers, range));
  }

  /** What the pattern matches here, which is then behind us; "" if it does not. */
  private String take(Pattern pattern) {
    Matcher matcher = pattern.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      return "";
    }
    at = matcher.end();
    return matcher.group();
  }
}
