package io.varve.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The schema and the values of the chart are about the same. */
final class ChartSchemaTest {
  /** A value that Helm hands to every chart, and no default of ours. */
  private static final Set<String> OF_HELM = Set.of("global");

  private final Node schema = Node.parseOne(Chart.read("values.schema.json"));
  private final Node values = Node.parseOne(Chart.read("values.yaml"));

  @Test
  void everyValue_isInTheSchema_andTheOtherWayRound() {
    Set<String> inSchema = new TreeSet<>();
    Set<String> inValues = new TreeSet<>();
    collect("", schema, values, inSchema, inValues);
    inSchema.removeAll(OF_HELM);
    assertThat(inValues).hasSizeGreaterThan(100).isEqualTo(inSchema);
  }

  /** Where the schema names fields, a field that it does not name is a slip of the pen. */
  @Test
  void everyObject_withNamedFields_isClosed() {
    assertClosed(schema);
  }

  private static void assertClosed(Node node) {
    if (node.at("properties").exists()) {
      assertThat(node.at("additionalProperties").value()).as(node.path()).isEqualTo(false);
    }
    node.fields().values().forEach(ChartSchemaTest::assertClosed);
    node.items().forEach(ChartSchemaTest::assertClosed);
  }

  private void collect(
      String prefix, Node type, Node value, Set<String> inSchema, Set<String> inValues) {
    Node resolved = resolve(type);
    if (!resolved.at("properties").exists() || isOneOfMany(prefix)) {
      return;
    }
    resolved
        .at("properties")
        .fields()
        .forEach(
            (name, field) -> {
              inSchema.add(prefix + name);
              collect(prefix + name + ".", field, value.at(name), inSchema, inValues);
            });
    value.fields().keySet().forEach(name -> inValues.add(prefix + name));
  }

  /** Parts that Kubernetes defines: the schema knows more of them than the values use. */
  private static boolean isOneOfMany(String prefix) {
    return prefix.endsWith("Probe.") || prefix.endsWith("resources.");
  }

  private Node resolve(Node type) {
    String reference = type.at("$ref").text();
    return reference.isEmpty()
        ? type
        : schema.at("definitions", reference.substring(reference.lastIndexOf('/') + 1));
  }
}
