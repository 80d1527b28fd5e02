package io.varve.helm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One object that the chart renders. */
record Manifest(Node root) {
  String kind() {
    return root.at("kind").text();
  }

  String apiVersion() {
    return root.at("apiVersion").text();
  }

  String name() {
    return root.at("metadata", "name").text();
  }

  String namespace() {
    return root.at("metadata", "namespace").text();
  }

  Map<String, String> labels() {
    return root.at("metadata", "labels").texts();
  }

  Node at(String... names) {
    return root.at(names);
  }

  /** For messages. */
  String title() {
    return kind() + " " + name();
  }

  /** The pod that it is or makes, as an object with {@code metadata} and {@code spec}. */
  List<Node> pods() {
    return switch (kind()) {
      case "Pod" -> List.of(root);
      case "StatefulSet" -> List.of(root.at("spec", "template"));
      case "CronJob" -> List.of(root.at("spec", "jobTemplate", "spec", "template"));
      default -> List.of();
    };
  }

  /** The containers of its pod, those that run first too. */
  List<Node> containers() {
    List<Node> containers = new ArrayList<>();
    for (Node pod : pods()) {
      containers.addAll(pod.at("spec", "initContainers").items());
      containers.addAll(pod.at("spec", "containers").items());
    }
    return containers;
  }
}
