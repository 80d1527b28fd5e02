package io.varve.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is selected by whom, and who may talk to whom. */
final class ChartNetworkTest {
  private static final String MINIMAL = "ci/minimal-values.yaml";
  private static final String JWT = "ci/jwt-values.yaml";
  private static final String EVERYTHING = "ci/everything-values.yaml";
  private static final String PRODUCTION = "values-production.yaml";
  private static final String CERTIFICATES = "ci/ingress-cert-manager-values.yaml";

  static List<String> valueFiles() {
    return Chart.valueFiles();
  }

  /** And no other pod of the release: a Service would send requests to a pod that tests. */
  @ParameterizedTest
  @MethodSource("valueFiles")
  void everySelector_selectsThePodOfTheStore_andNoOther(String valueFile) {
    Rendered rendered = Chart.render(valueFile);
    for (Manifest manifest : rendered.manifests()) {
      Node selector =
          switch (manifest.kind()) {
            case "Service" -> manifest.at("spec", "selector");
            case "StatefulSet", "PodDisruptionBudget" ->
                manifest.at("spec", "selector", "matchLabels");
            case "NetworkPolicy" -> manifest.at("spec", "podSelector", "matchLabels");
            default -> new Node("", null);
          };
      if (selector.exists()) {
        assertThat(selected(rendered, selector.texts()))
            .as(manifest.title())
            .containsExactly(rendered.only("StatefulSet").title());
      }
    }
  }

  private static List<String> selected(Rendered rendered, Map<String, String> selector) {
    return rendered.manifests().stream()
        .filter(
            manifest ->
                manifest.pods().stream()
                    .anyMatch(
                        pod ->
                            pod.at("metadata", "labels")
                                .texts()
                                .entrySet()
                                .containsAll(selector.entrySet())))
        .map(Manifest::title)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("valueFiles")
  void everyTargetPort_isAPortOfTheContainer(String valueFile) {
    Rendered rendered = Chart.render(valueFile);
    List<String> ports =
        rendered.container().at("ports").items().stream()
            .map(port -> port.at("name").text())
            .toList();
    for (Manifest service : rendered.all("Service")) {
      for (Node port : service.at("spec", "ports").items()) {
        assertThat(ports).contains(port.at("targetPort").text());
      }
    }
    assertThat(rendered.only("StatefulSet").at("spec", "serviceName").text())
        .isEqualTo(headless(rendered).name());
  }

  private static Manifest headless(Rendered rendered) {
    return rendered.all("Service").stream()
        .filter(service -> service.at("spec", "clusterIP").text().equals("None"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void serviceMonitor_selectsTheServiceOfMetrics_andNoOther() {
    Rendered rendered = Chart.render(EVERYTHING);
    Manifest monitor = rendered.only("ServiceMonitor");
    Map<String, String> selector = monitor.at("spec", "selector", "matchLabels").texts();
    assertThat(rendered.all("Service"))
        .filteredOn(service -> service.labels().entrySet().containsAll(selector.entrySet()))
        .singleElement()
        .satisfies(
            service -> {
              Node endpoint = monitor.at("spec", "endpoints").items().getFirst();
              Node port = service.at("spec", "ports").named(endpoint.at("port").text());
              assertThat(port.at("port").number()).isEqualTo(8081);
              // The alert VarveDown asks for up{job=~".*varve.*"}, whatever the release is called.
              String job = service.labels().get(monitor.at("spec", "jobLabel").text());
              assertThat(job).isEqualTo("varve");
            });
    assertThat(monitor.at("spec", "namespaceSelector", "matchNames").value())
        .isEqualTo(List.of(Chart.NAMESPACE));
  }

  @Test
  void serviceMonitor_keepsLabels_andSendsTheToken() {
    Rendered rendered = Chart.render(EVERYTHING);
    Node endpoint = rendered.only("ServiceMonitor").at("spec", "endpoints").items().getFirst();
    assertThat(endpoint.at("honorLabels").value()).isEqualTo(true);
    assertThat(endpoint.at("path").text()).isEqualTo("/actuator/prometheus");
    assertThat(endpoint.at("authorization").value())
        .isEqualTo(
            Map.of(
                "type", "Bearer", "credentials", Map.of("name", "varve-client", "key", "token")));
    Node relabeling = endpoint.at("relabelings").items().getFirst();
    assertThat(relabeling.at("targetLabel").text()).isEqualTo("instance");

    Rendered open =
        Chart.render("values-development.yaml", Map.of("metrics.serviceMonitor.enabled", "true"));
    assertThat(
            open.only("ServiceMonitor")
                .at("spec", "endpoints")
                .items()
                .getFirst()
                .at("authorization")
                .exists())
        .isFalse();
  }

  /** Whoever calls the service needs a token also where somebody else has made it. */
  @Test
  void jwt_isSentByAllWhoCall() {
    Rendered rendered = Chart.render(JWT);
    assertThat(
            rendered
                .only("ServiceMonitor")
                .at("spec", "endpoints")
                .items()
                .getFirst()
                .at("authorization", "credentials")
                .value())
        .isEqualTo(Map.of("name", "varve-client", "key", "prometheus"));
    assertThat(token(rendered.only("Pod")))
        .isEqualTo(Map.of("name", "varve-client", "key", "token"));
    assertThat(token(rendered.only("CronJob")))
        .isEqualTo(Map.of("name", "varve-client", "key", "checkpoints"));
  }

  private static @Nullable Object token(Manifest caller) {
    Node env = caller.containers().getFirst().at("env");
    return env.named("VARVE_TOKEN").at("valueFrom", "secretKeyRef").value();
  }

  @Test
  void networkPolicy_letsInClientsAndMonitoring_eachToTheirPort() {
    Manifest policy = Chart.render(PRODUCTION).only("NetworkPolicy");
    List<Node> ingress = policy.at("spec", "ingress").items();
    assertThat(ingress).hasSize(2);
    assertThat(ports(ingress.getFirst())).containsExactly("http");
    assertThat(peers(ingress.getFirst())).contains("{varve-client=true}");
    assertThat(ports(ingress.getLast())).containsExactly("metrics");
    assertThat(peers(ingress.getLast())).contains("{kubernetes.io/metadata.name=monitoring}");
    assertThat(policy.at("spec", "policyTypes").value()).isEqualTo(List.of("Ingress", "Egress"));
  }

  /** The pods of {@code helm test} and of the CronJob are clients too. */
  @Test
  void networkPolicy_letsInThePodsOfTheRelease() {
    Rendered rendered = Chart.render(EVERYTHING);
    Map<String, String> first =
        rendered
            .only("NetworkPolicy")
            .at("spec", "ingress")
            .items()
            .getFirst()
            .at("from")
            .items()
            .getFirst()
            .at("podSelector", "matchLabels")
            .texts();
    assertThat(selected(rendered, first)).hasSize(3);
  }

  @Test
  void networkPolicy_letsOutDns_andNothingElseUnlessAsked() {
    List<Node> egress = Chart.render(PRODUCTION).only("NetworkPolicy").at("spec", "egress").items();
    assertThat(egress).hasSize(1);
    assertThat(ports(egress.getFirst())).containsExactly("53", "53");
    assertThat(peers(egress.getFirst())).contains("{kubernetes.io/metadata.name=kube-system}");
  }

  @ParameterizedTest
  @CsvSource({
    "http://collector:4318/v1/traces, 4318",
    "http://collector/v1/traces, 80",
    "https://collector.example.com/v1/traces, 443",
    "https://[2001:db8::1]:4318/v1/traces, 4318"
  })
  void networkPolicy_letsOutTraces(String endpoint, String port) {
    Rendered rendered = Chart.render(PRODUCTION, Map.of("tracing.endpoint", endpoint));
    List<Node> egress = rendered.only("NetworkPolicy").at("spec", "egress").items();
    assertThat(egress).hasSize(2);
    assertThat(ports(egress.getLast())).containsExactly(port);
  }

  /** Whose keys the service fetches; with those in a file there is nobody to ask. */
  @Test
  void networkPolicy_letsOutToTheIssuer() {
    List<Node> egress = Chart.render(JWT).only("NetworkPolicy").at("spec", "egress").items();
    assertThat(egress).hasSize(2);
    assertThat(ports(egress.getLast())).containsExactly("8443");
    assertThat(peers(egress.getLast())).contains("{kubernetes.io/metadata.name=login}");
    Rendered byFile = Chart.render(JWT, Map.of("security.jwt.publicKeyLocation", "/keys/key.pem"));
    assertThat(byFile.only("NetworkPolicy").at("spec", "egress").items()).hasSize(1);
  }

  private static List<String> ports(Node rule) {
    return rule.at("ports").items().stream().map(port -> port.at("port").text()).toList();
  }

  private static String peers(Node rule) {
    return rule.value() == null ? "" : rule.value().toString();
  }

  /** One pod is all there is: a budget that wants one to stay would block every drain. */
  @Test
  void budget_letsANodeBeDrained() {
    Manifest budget = Chart.render(MINIMAL).only("PodDisruptionBudget");
    assertThat(budget.at("spec", "maxUnavailable").number()).isEqualTo(1);
    assertThat(budget.at("spec", "minAvailable").exists()).isFalse();
  }

  @Test
  void ingress_leadsToTheService() {
    Rendered rendered = Chart.render(CERTIFICATES);
    Manifest service = rendered.named("Service", "rel-varve");
    for (Node rule : rendered.only("Ingress").at("spec", "rules").items()) {
      Node backend = rule.at("http", "paths").items().getFirst().at("backend", "service");
      assertThat(backend.at("name").text()).isEqualTo(service.name());
      assertThat(service.at("spec", "ports").named(backend.at("port", "name").text()).exists())
          .isTrue();
    }
  }

  @Test
  void certificate_hasTheNamesThatAreCalled() {
    Rendered rendered = Chart.render(CERTIFICATES);
    Manifest certificate = rendered.only("Certificate");
    assertThat(certificate.at("spec", "dnsNames").items().stream().map(Node::text))
        .contains(
            "rel-varve.ns.svc",
            "rel-varve.ns.svc.cluster.local",
            "rel-varve-0.rel-varve-headless.ns.svc",
            "localhost",
            "varve.internal.example.com");
    assertThat(certificate.at("spec", "secretName").text())
        .isEqualTo(
            rendered.pod().at("spec", "volumes").named("tls").at("secret", "secretName").text());
  }

  @Test
  void test_callsTheService_andTrustsItsCertificate() {
    Manifest test = Chart.render(CERTIFICATES).only("Pod");
    Node container = test.containers().getFirst();
    assertThat(container.at("command").value()).isEqualTo(List.of("/opt/varve/bin/smoke-test"));
    assertThat(container.at("args").value()).isEqualTo(List.of("https://rel-varve.ns.svc:8080"));
    assertThat(container.at("env").named("VARVE_TOKEN").at("valueFrom", "secretKeyRef").value())
        .isEqualTo(Map.of("name", "varve-client", "key", "token"));
    assertThat(container.at("env").named("VARVE_CURL_OPTIONS").at("value").text())
        .isEqualTo("--cacert /etc/varve-ca/ca.crt");
    assertThat(test.at("metadata", "annotations", Chart.HOOK).text()).isEqualTo("test");
    Node ca = test.at("spec", "volumes").named("ca").at("secret", "items");
    assertThat(ca.value()).isEqualTo(List.of(Map.of("key", "ca.crt", "path", "ca.crt")));
  }

  @Test
  void test_withoutAToken_isLeftOut() {
    assertThat(Chart.render(MINIMAL).all("Pod")).isEmpty();
    Node container = Chart.render("values-development.yaml").only("Pod").containers().getFirst();
    assertThat(container.at("env").exists()).isFalse();
    assertThat(container.at("args").value()).isEqualTo(List.of("http://rel-varve.ns.svc:8080"));
  }

  @Test
  void cronJob_neverRunsTwiceAtATime() {
    Manifest job = Chart.render(EVERYTHING).only("CronJob");
    assertThat(job.at("spec", "concurrencyPolicy").text()).isEqualTo("Forbid");
    assertThat(job.at("spec", "timeZone").text()).isEqualTo("Europe/Berlin");
    assertThat(job.pods().getFirst().at("spec", "restartPolicy").text()).isEqualTo("Never");
  }
}
