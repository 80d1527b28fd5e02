package io.varve.dashboard;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a scrape of the metrics says, in the text format of Prometheus. */
final class Exposition {
  private static final Pattern SAMPLE =
      Pattern.compile("(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?<labels>.*)})? \\S+( \\S+)?");
  private static final Pattern LABEL =
      Pattern.compile("(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=\"(?<value>(?:[^\"\\\\]|\\\\.)*)\"");

  private final SequencedMap<String, Family> families = new LinkedHashMap<>();
  private final Set<String> sampleNames = new TreeSet<>();

  /**
   * Metrics of one name.
   *
   * @param labels the values that each label has, but for {@code le}
   */
  record Family(String name, String type, String help, Map<String, Set<String>> labels) {}

  private Exposition() {}

  static Exposition parse(String text) {
    Exposition read = new Exposition();
    String help = "";
    Family current = null;
    for (String line : text.lines().toList()) {
      if (line.startsWith("# HELP ")) {
        help = line.substring(line.indexOf(' ', "# HELP ".length()) + 1);
      } else if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ", -1);
        current = new Family(words[2], words[3], help, new TreeMap<>());
        read.families.put(words[2], current);
        help = "";
      } else if (current != null && !line.startsWith("#")) {
        read.addSample(current, line);
      }
    }
    return read;
  }

  private void addSample(Family family, String line) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new AssertionError("not a sample: " + line);
    }
    sampleNames.add(sample.group("name"));
    if (sample.group("labels") != null) {
      Matcher label = LABEL.matcher(sample.group("labels"));
      while (label.find()) {
        if (!label.group("name").equals("le")) {
          family
              .labels()
              .computeIfAbsent(label.group("name"), _ -> new TreeSet<>())
              .add(label.group("value"));
        }
      }
    }
  }

  Collection<Family> families() {
    return families.values();
  }

  /** As a query names them: those of a histogram have one name for each of its parts. */
  Set<String> sampleNames() {
    return sampleNames;
  }
}
