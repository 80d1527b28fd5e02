package io.varve.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Kubernetes would take every object, whatever the values. And the judges of that are judged. */
final class ChartManifestsTest {
  static List<String> valueFiles() {
    return Chart.valueFiles();
  }

  @ParameterizedTest
  @MethodSource("valueFiles")
  void manifests_areValid(String valueFile) {
    assertThat(Chart.render(valueFile).manifests())
        .hasSizeGreaterThan(3)
        .allSatisfy(
            manifest -> {
              if (KubernetesJudge.knows(manifest)) {
                KubernetesJudge.judge(manifest);
              } else {
                assertThat(CustomResources.complaints(manifest)).isEmpty();
              }
              assertThat(FieldRules.complaints(manifest)).isEmpty();
            });
  }

  @ParameterizedTest
  @MethodSource("valueFiles")
  void manifests_areNotTwiceTheSame(String valueFile) {
    assertThat(Chart.render(valueFile).manifests())
        .extracting(manifest -> manifest.title() + " in " + manifest.namespace())
        .doesNotHaveDuplicates();
  }

  /** One file has everything on: what no test renders, none can find wrong. */
  @Test
  void everything_hasEveryKind() {
    Set<String> kinds = new TreeSet<>();
    for (String file :
        List.of("ci/everything-values.yaml", "ci/ingress-cert-manager-values.yaml")) {
      Chart.render(file).manifests().forEach(manifest -> kinds.add(manifest.kind()));
    }
    assertThat(kinds)
        .containsExactlyInAnyOrder(
            "Certificate",
            "ConfigMap",
            "CronJob",
            "Ingress",
            "NetworkPolicy",
            "PersistentVolumeClaim",
            "Pod",
            "PodDisruptionBudget",
            "PrometheusRule",
            "Secret",
            "Service",
            "ServiceAccount",
            "ServiceMonitor",
            "StatefulSet");
  }

  /** A long name of a release: names that controllers make of ours stay within their bounds. */
  @Test
  void longName_isCut() {
    String yaml =
        Chart.template()
            .withName("a-release-whose-name-is-as-long-as-helm-lets-it-be-12")
            .withValuesFile(Chart.DIRECTORY.resolve("ci/everything-values.yaml"))
            .call();
    assertThat(Node.parse(yaml))
        .allSatisfy(node -> assertThat(FieldRules.complaints(new Manifest(node))).isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          replicas: 1                  | replicas: one
          replicas: 1                  | replica: 1
          serviceName: rel-headless    | serviceName: [rel-headless]
          selector:                    | selectors:
          kind: StatefulSet            | kind: Deployment
          apiVersion: apps/v1          | apiVersion: apps/v1beta1
          memory: 1Gi                  | memory: 1Gbb
          containerPort: 8080          | port: 8080
          """)
  void kubernetesJudge_findsWhatIsWrong(String right, String wrong) {
    KubernetesJudge.judge(new Manifest(Node.parseOne(STATEFUL_SET)));
    assertThat(STATEFUL_SET).contains(right);
    Manifest spoilt = new Manifest(Node.parseOne(STATEFUL_SET.replace(right, wrong)));
    assertThatThrownBy(() -> KubernetesJudge.judge(spoilt)).isInstanceOf(RuntimeException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          name: rel                    | name: Rel_1
          namespace: ns                | namespace: ""
          app: rel                     | app: "a b"
          app: rel                     | app: true
          podManagementPolicy: Parallel| podManagementPolicy: parallel
          imagePullPolicy: Always      | imagePullPolicy: always
          scheme: HTTPS                | scheme: https
          memory: 1Gi                  | memory: 0
          name: http                   | name: a-name-that-is-too-long
          value: "1"                   | value: 1
          name: A_NAME                 | name: a.name
          """)
  void fieldRules_findWhatIsWrong(String right, String wrong) {
    assertThat(FieldRules.complaints(new Manifest(Node.parseOne(STATEFUL_SET)))).isEmpty();
    assertThat(STATEFUL_SET).contains(right);
    Manifest spoilt = new Manifest(Node.parseOne(STATEFUL_SET.replace(right, wrong)));
    assertThat(FieldRules.complaints(spoilt)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "honorLabels: true, honorLabels: yes please",
    "honorLabels: true, honourLabels: true",
    "interval: 15s, interval: 15 seconds",
    "selector:, select:",
    "monitoring.coreos.com/v1, monitoring.coreos.com/v1alpha1"
  })
  void customResources_findWhatIsWrong(String right, String wrong) {
    assertThat(CustomResources.complaints(new Manifest(Node.parseOne(SERVICE_MONITOR)))).isEmpty();
    assertThat(SERVICE_MONITOR).contains(right);
    Manifest spoilt = new Manifest(Node.parseOne(SERVICE_MONITOR.replace(right, wrong)));
    assertThat(CustomResources.complaints(spoilt)).isNotEmpty();
  }

  /** Helm itself takes the last of the two and says nothing. */
  @Test
  void parser_refusesTheSameKeyTwice() {
    assertThatThrownBy(() -> Node.parse("a: 1\nb: 2\na: 3\n")).hasMessageContaining("duplicate");
  }

  @Test
  void values_ofFiles_saySomething() {
    assertThat(Chart.render("ci/minimal-values.yaml").manifests())
        .isNotEqualTo(
            Chart.render("ci/minimal-values.yaml", Map.of("logFormat", "json")).manifests());
  }

  private static final String STATEFUL_SET =
      """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata:
        name: rel
        namespace: ns
        labels:
          app: rel
      spec:
        replicas: 1
        serviceName: rel-headless
        podManagementPolicy: Parallel
        selector:
          matchLabels:
            app: rel
        template:
          metadata:
            labels:
              app: rel
          spec:
            containers:
              - name: varve
                image: varve:1
                imagePullPolicy: Always
                env:
                  - name: A_NAME
                    value: "1"
                ports:
                  - name: http
                    containerPort: 8080
                readinessProbe:
                  httpGet:
                    path: /readyz
                    port: http
                    scheme: HTTPS
                resources:
                  limits:
                    memory: 1Gi
      """;

  private static final String SERVICE_MONITOR =
      """
      apiVersion: monitoring.coreos.com/v1
      kind: ServiceMonitor
      metadata:
        name: rel
      spec:
        selector:
          matchLabels:
            app: rel
        endpoints:
          - port: metrics
            interval: 15s
            honorLabels: true
      """;
}
