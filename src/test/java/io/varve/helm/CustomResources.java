package io.varve.helm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the chart may say in objects of the Prometheus Operator and of cert-manager. There are no
 * models of them for Java, so each field that the chart uses is listed here, as the definitions of
 * those projects have it, with what may be in it; a field that is not listed is an error.
 */
final class CustomResources {
  private static final String TEXT = "(?s).+";
  private static final String TRUTH = "true|false";
  private static final String NAME = "[a-z0-9]([-a-z0-9.]*[a-z0-9])?";
  private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*";
  private static final String PROMETHEUS_TIME = "([0-9]+(ms|s|m|h|d))+";
  private static final String GO_TIME = "([0-9]+(ms|s|m|h))+";
  private static final String ACTION = "replace|keep|drop|labelmap|labeldrop|labelkeep|hashmod";

  /**
   * The shape of one kind.
   *
   * @param apiVersion of the kind
   * @param fields what may be in a field, by its path below the root; {@code *} for any name and
   *     {@code #} for any number
   * @param required paths that must be there
   */
  private record Shape(String apiVersion, Map<String, String> fields, List<String> required) {}

  private static final Map<String, Shape> SHAPES =
      Map.of(
          "ServiceMonitor",
              new Shape(
                  "monitoring.coreos.com/v1",
                  serviceMonitor(),
                  List.of("spec.selector", "spec.endpoints")),
          "PrometheusRule", new Shape("monitoring.coreos.com/v1", prometheusRule(), List.of()),
          "Certificate",
              new Shape(
                  "cert-manager.io/v1",
                  certificate(),
                  List.of("spec.secretName", "spec.issuerRef.name")));

  private CustomResources() {}

  static boolean knows(Manifest manifest) {
    return SHAPES.containsKey(manifest.kind());
  }

  /** What is wrong; empty if nothing is. */
  static List<String> complaints(Manifest manifest) {
    Shape shape = SHAPES.get(manifest.kind());
    List<String> complaints = new ArrayList<>();
    if (shape == null || !shape.apiVersion().equals(manifest.apiVersion())) {
      complaints.add(manifest.title() + " is of " + manifest.apiVersion());
      return complaints;
    }
    for (String path : shape.required()) {
      if (!manifest.at(path.split("\\.", -1)).exists()) {
        complaints.add(manifest.title() + ": " + path + " is missing");
      }
    }
    leaves(manifest.at("spec")).forEach((path, leaf) -> check(shape, path, leaf, complaints));
    return complaints;
  }

  private static void check(Shape shape, String path, Node leaf, List<String> complaints) {
    String allowed =
        shape.fields().entrySet().stream()
            .filter(field -> matches(field.getKey(), path))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(null);
    if (allowed == null) {
      complaints.add(leaf.path() + " is not known");
    } else if (!leaf.text().matches(allowed)) {
      complaints.add(leaf.path() + " is not like " + allowed + ": " + leaf.text());
    } else if (allowed.equals(TRUTH) != leaf.value() instanceof Boolean) {
      complaints.add(leaf.path() + " is of another type: " + leaf.text());
    }
  }

  private static boolean matches(String field, String path) {
    String pattern = Pattern.quote(field).replace("*", "\\E.+\\Q").replace("#", "\\E[0-9]+\\Q");
    return path.matches(pattern);
  }

  /** Every scalar by its path. */
  private static Map<String, Node> leaves(Node node) {
    var leaves = new LinkedHashMap<String, Node>();
    node.items().forEach(item -> leaves.putAll(leaves(item)));
    node.fields().values().forEach(field -> leaves.putAll(leaves(field)));
    if (node.items().isEmpty() && node.fields().isEmpty()) {
      leaves.put(node.path(), node);
    }
    return leaves;
  }

  private static Map<String, String> serviceMonitor() {
    var fields = new LinkedHashMap<String, String>();
    fields.put("spec.jobLabel", TEXT);
    fields.put("spec.namespaceSelector.matchNames[#]", NAME);
    fields.put("spec.selector.matchLabels.*", TEXT);
    fields.put("spec.endpoints[#].port", NAME);
    fields.put("spec.endpoints[#].path", "/.*");
    fields.put("spec.endpoints[#].interval", PROMETHEUS_TIME);
    fields.put("spec.endpoints[#].scrapeTimeout", PROMETHEUS_TIME);
    fields.put("spec.endpoints[#].honorLabels", TRUTH);
    fields.put("spec.endpoints[#].authorization.type", "Bearer");
    fields.put("spec.endpoints[#].authorization.credentials.name", NAME);
    fields.put("spec.endpoints[#].authorization.credentials.key", "[-._a-zA-Z0-9]+");
    for (String relabeling : List.of("relabelings", "metricRelabelings")) {
      String each = "spec.endpoints[#]." + relabeling + "[#].";
      fields.put(each + "sourceLabels[#]", LABEL);
      fields.put(each + "targetLabel", LABEL);
      fields.put(each + "replacement", TEXT);
      fields.put(each + "regex", TEXT);
      fields.put(each + "action", ACTION);
    }
    return fields;
  }

  private static Map<String, String> prometheusRule() {
    var fields = new LinkedHashMap<String, String>();
    fields.put("spec.groups[#].name", TEXT);
    fields.put("spec.groups[#].rules[#].alert", LABEL);
    fields.put("spec.groups[#].rules[#].expr", TEXT);
    fields.put("spec.groups[#].rules[#].for", PROMETHEUS_TIME);
    fields.put("spec.groups[#].rules[#].labels.*", TEXT);
    fields.put("spec.groups[#].rules[#].annotations.*", TEXT);
    return fields;
  }

  private static Map<String, String> certificate() {
    var fields = new LinkedHashMap<String, String>();
    fields.put("spec.secretName", NAME);
    fields.put("spec.duration", GO_TIME);
    fields.put("spec.renewBefore", GO_TIME);
    fields.put("spec.privateKey.algorithm", "RSA|ECDSA|Ed25519");
    fields.put("spec.privateKey.size", "256|384|521|2048|4096|8192");
    fields.put("spec.privateKey.encoding", "PKCS1|PKCS8");
    fields.put("spec.privateKey.rotationPolicy", "Never|Always");
    fields.put("spec.usages[#]", "digital signature|key encipherment|server auth|client auth");
    fields.put("spec.dnsNames[#]", "(\\*\\.)?" + NAME);
    fields.put("spec.issuerRef.name", NAME);
    fields.put("spec.issuerRef.kind", "Issuer|ClusterIssuer");
    fields.put("spec.issuerRef.group", NAME);
    return fields;
  }
}
