package io.varve.helm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A part of a YAML document that knows where it is, so that a failed assertion can say so. What is
 * not there is a node too, without a value.
 *
 * @param path from the root, such as {@code spec.ports[0].name}
 * @param value what SnakeYAML made of it; null if it is not there
 */
record Node(String path, @Nullable Object value) {

  /** Every document of a stream, but for empty ones. Twice the same key is an error. */
  static List<Node> parse(String yaml) {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setCodePointLimit(16 << 20);
    return StreamSupport.stream(
            new Yaml(new SafeConstructor(options)).loadAll(yaml).spliterator(), false)
        .filter(document -> document != null)
        .map(document -> new Node("", document))
        .toList();
  }

  /** The one document there is. */
  static Node parseOne(String yaml) {
    List<Node> documents = parse(yaml);
    if (documents.size() != 1) {
      throw new AssertionError(documents.size() + " documents instead of one");
    }
    return documents.getFirst();
  }

  /** What the names lead to, one after the other. */
  Node at(String... names) {
    Node node = this;
    for (String name : names) {
      node = node.field(name);
    }
    return node;
  }

  private Node field(String name) {
    Object found = value instanceof Map<?, ?> map ? map.get(name) : null;
    return new Node(path.isEmpty() ? name : path + "." + name, found);
  }

  boolean exists() {
    return value != null;
  }

  /** The fields of a map, in order; none if it is not there. */
  Map<String, Node> fields() {
    var fields = new LinkedHashMap<String, Node>();
    if (value instanceof Map<?, ?> map) {
      map.keySet().forEach(name -> fields.put(String.valueOf(name), field(String.valueOf(name))));
    }
    return fields;
  }

  /** The items of a list; none if it is not there. */
  List<Node> items() {
    return value instanceof List<?> list
        ? IntStream.range(0, list.size())
            .mapToObj(index -> new Node(path + "[" + index + "]", list.get(index)))
            .toList()
        : List.of();
  }

  /** The item whose field {@code name} is so. */
  Node named(String name) {
    return items().stream()
        .filter(item -> item.at("name").text().equals(name))
        .findFirst()
        .orElse(new Node(path + "[" + name + "]", null));
  }

  /** A scalar as text; empty if it is not there. */
  String text() {
    return value == null ? "" : String.valueOf(value);
  }

  int number() {
    if (value instanceof Number number) {
      return number.intValue();
    }
    throw new AssertionError(path + " is no number: " + value);
  }

  /** A map of texts, as labels are; empty if it is not there. */
  Map<String, String> texts() {
    var texts = new LinkedHashMap<String, String>();
    fields().forEach((name, field) -> texts.put(name, field.text()));
    return texts;
  }
}
