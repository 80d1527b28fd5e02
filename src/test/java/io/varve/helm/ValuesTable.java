package io.varve.helm;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The values of the chart as a table, made of the comments in {@code values.yaml}: one that begins
 * with {@code # --} is about the value below it, and about all that is in it.
 */
final class ValuesTable {
  private static final String MARK = "# -- ";
  private static final int LONGEST_DEFAULT = 60;

  /**
   * One value.
   *
   * @param name path of the value
   * @param fallback its default, as JSON
   * @param text what the comment says; empty if there is none
   */
  record Row(String name, String fallback, String text) {}

  private final List<String> lines;
  private final Node values;
  private final List<Row> rows = new ArrayList<>();

  private ValuesTable(String yaml) {
    lines = yaml.lines().toList();
    values = Node.parseOne(yaml);
  }

  /** Every value that has a comment, and every one that needs one. */
  static List<Row> rows(String yaml) {
    var table = new ValuesTable(yaml);
    var parser = new Yaml(new SafeConstructor(new LoaderOptions()));
    table.walk((MappingNode) parser.compose(new StringReader(yaml)), table.values, "");
    return List.copyOf(table.rows);
  }

  static String markdown(List<Row> rows) {
    return "| Value | Default | Meaning |\n|---|---|---|\n"
        + rows.stream().map(ValuesTable::line).collect(Collectors.joining());
  }

  private static String line(Row row) {
    return "| `" + row.name() + "` | `" + row.fallback() + "` | " + escaped(row.text()) + " |\n";
  }

  private static String escaped(String text) {
    return text.replace("|", "\\|");
  }

  private void walk(MappingNode map, Node parent, String prefix) {
    for (NodeTuple field : map.getValue()) {
      String key = ((ScalarNode) field.getKeyNode()).getValue();
      Node value = parent.at(key);
      String name = prefix + key;
      String comment = commentAbove(field.getKeyNode().getStartMark().getLine());
      boolean inner = field.getValueNode() instanceof MappingNode && !value.fields().isEmpty();
      if (comment.isEmpty() && inner) {
        walk((MappingNode) field.getValueNode(), value, name + ".");
      } else {
        rows.add(new Row(name, fallback(value), comment));
      }
    }
  }

  private static String fallback(Node value) {
    String json = JsonMapper.builder().build().writeValueAsString(value.value());
    return json.length() <= LONGEST_DEFAULT ? json : "see values.yaml";
  }

  private String commentAbove(int line) {
    int first = line;
    while (first > 0 && lines.get(first - 1).strip().startsWith("#")) {
      first--;
      if (lines.get(first).strip().startsWith(MARK)) {
        String text =
            lines.subList(first, line).stream()
                .map(each -> each.strip().substring(1).strip())
                .collect(Collectors.joining(" "));
        return text.substring(MARK.strip().length() - 1).strip();
      }
    }
    return "";
  }
}
