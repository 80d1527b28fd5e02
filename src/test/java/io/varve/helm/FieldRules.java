package io.varve.helm;

import io.kubernetes.client.custom.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What an API server checks beyond the types of fields: words, names, labels, quantities. */
final class FieldRules {
  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern SERVICE_NAME = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern LABEL_KEY =
      Pattern.compile(
          "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-\\w.]{0,61}[A-Za-z0-9])?");
  private static final Pattern LABEL_VALUE =
      Pattern.compile("([A-Za-z0-9]([-\\w.]{0,61}[A-Za-z0-9])?)?");
  private static final Pattern PORT_NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?");
  private static final Pattern ENV_NAME = Pattern.compile("[A-Z][A-Z0-9_]*");

  /** A StatefulSet puts its name and a revision of 10 characters into a label; a CronJob 11. */
  private static final int LONGEST_CONTROLLER_NAME = 52;

  /** Fields with few words allowed, wherever they are. */
  private static final Map<String, Set<String>> WORDS =
      Map.ofEntries(
          Map.entry("imagePullPolicy", Set.of("Always", "IfNotPresent", "Never")),
          Map.entry("restartPolicy", Set.of("Always", "OnFailure", "Never")),
          Map.entry("podManagementPolicy", Set.of("OrderedReady", "Parallel")),
          Map.entry("concurrencyPolicy", Set.of("Allow", "Forbid", "Replace")),
          Map.entry("protocol", Set.of("TCP", "UDP", "SCTP")),
          Map.entry("scheme", Set.of("HTTP", "HTTPS")),
          Map.entry("pathType", Set.of("Exact", "Prefix", "ImplementationSpecific")),
          Map.entry("fsGroupChangePolicy", Set.of("OnRootMismatch", "Always")),
          Map.entry("whenDeleted", Set.of("Retain", "Delete")),
          Map.entry("whenScaled", Set.of("Retain", "Delete")),
          Map.entry("medium", Set.of("", "Memory", "HugePages")),
          Map.entry("externalTrafficPolicy", Set.of("Cluster", "Local")),
          Map.entry("whenUnsatisfiable", Set.of("DoNotSchedule", "ScheduleAnyway")),
          Map.entry("effect", Set.of("NoSchedule", "PreferNoSchedule", "NoExecute")),
          Map.entry("clusterIP", Set.of("None")),
          Map.entry("updateStrategy.type", Set.of("RollingUpdate", "OnDelete")),
          Map.entry("seccompProfile.type", Set.of("RuntimeDefault", "Localhost", "Unconfined")),
          Map.entry("spec.type", Set.of("ClusterIP", "NodePort", "LoadBalancer")));

  private final Manifest manifest;
  private final List<String> complaints = new ArrayList<>();

  private FieldRules(Manifest manifest) {
    this.manifest = manifest;
  }

  /** What is wrong; empty if nothing is. */
  static List<String> complaints(Manifest manifest) {
    var rules = new FieldRules(manifest);
    rules.names();
    rules.walk(manifest.root());
    manifest.containers().forEach(rules::container);
    rules.labels(manifest.at("metadata"));
    manifest.pods().forEach(pod -> rules.labels(pod.at("metadata")));
    return rules.complaints;
  }

  private void names() {
    boolean service = manifest.kind().equals("Service");
    check("name", manifest.name(), service ? SERVICE_NAME : DNS_LABEL);
    check("namespace", manifest.namespace(), DNS_LABEL);
    boolean controller = manifest.kind().equals("StatefulSet") || manifest.kind().equals("CronJob");
    if (controller && manifest.name().length() > LONGEST_CONTROLLER_NAME) {
      complain("name", manifest.name() + " is too long");
    }
    manifest.at("spec", "ports").items().forEach(port -> portName(port.at("name")));
  }

  private void labels(Node metadata) {
    for (String kind : List.of("labels", "annotations")) {
      metadata
          .at(kind)
          .fields()
          .forEach(
              (key, value) -> {
                check(kind, key, LABEL_KEY);
                if (!(value.value() instanceof String)) {
                  complain(value.path(), "is no text: " + value.value());
                }
              });
    }
    metadata.at("labels").texts().forEach((key, value) -> check(key, value, LABEL_VALUE));
  }

  private void container(Node container) {
    check(container.path() + ".name", container.at("name").text(), DNS_LABEL);
    container.at("ports").items().forEach(port -> portName(port.at("name")));
    for (Node env : container.at("env").items()) {
      check(env.path(), env.at("name").text(), ENV_NAME);
      if (env.at("value").exists() && !(env.at("value").value() instanceof String)) {
        complain(env.path(), "is no text");
      }
    }
    List<String> names =
        container.at("env").items().stream().map(env -> env.at("name").text()).toList();
    if (Set.copyOf(names).size() < names.size()) {
      complain(container.path() + ".env", "has a name twice: " + names);
    }
  }

  private void portName(Node name) {
    check(name.path(), name.text(), PORT_NAME);
  }

  private void walk(Node node) {
    node.items().forEach(this::walk);
    node.fields()
        .forEach(
            (name, field) -> {
              words(field);
              if (name.equals("requests") || name.equals("limits")) {
                field.fields().values().forEach(this::quantity);
              } else if (name.equals("sizeLimit")) {
                quantity(field);
              }
              walk(field);
            });
  }

  private void words(Node field) {
    if (field.value() instanceof Map || field.value() instanceof List) {
      return;
    }
    WORDS.forEach(
        (place, words) -> {
          boolean here = field.path().equals(place) || field.path().endsWith("." + place);
          if (here && !words.contains(field.text())) {
            complain(field.path(), field.text() + " is none of " + words);
          }
        });
  }

  private void quantity(Node field) {
    try {
      if (Quantity.fromString(field.text()).getNumber().signum() <= 0) {
        complain(field.path(), "is not above 0: " + field.text());
      }
    } catch (RuntimeException e) {
      complain(field.path(), "is no quantity: " + field.text());
    }
  }

  private void check(String place, String text, Pattern pattern) {
    if (!pattern.matcher(text).matches()) {
      complain(place, "'" + text + "' is not like " + pattern);
    }
  }

  private void complain(String place, String what) {
    complaints.add(manifest.title() + ": " + place + " " + what);
  }
}
