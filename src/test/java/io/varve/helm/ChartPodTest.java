package io.varve.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pods may do, how they are asked whether they are well, and how they stop. */
final class ChartPodTest {
  private static final String MINIMAL = "ci/minimal-values.yaml";
  private static final String EVERYTHING = "ci/everything-values.yaml";
  private static final String DEVELOPMENT = "values-development.yaml";
  private static final String DIAGNOSTIC = "ci/diagnostic-values.yaml";
  private static final String CLAIMS = "ci/existing-claims-values.yaml";
  private static final String CERTIFICATES = "ci/ingress-cert-manager-values.yaml";

  static List<String> valueFiles() {
    return Chart.valueFiles();
  }

  @ParameterizedTest
  @MethodSource("valueFiles")
  void everyContainer_hasNoPrivileges(String valueFile) {
    for (Manifest manifest : Chart.render(valueFile).manifests()) {
      for (Node container : manifest.containers()) {
        Node context = container.at("securityContext");
        assertThat(context.at("allowPrivilegeEscalation").value()).isEqualTo(false);
        assertThat(context.at("readOnlyRootFilesystem").value()).isEqualTo(true);
        assertThat(context.at("runAsNonRoot").value()).isEqualTo(true);
        assertThat(context.at("capabilities", "drop").value()).isEqualTo(List.of("ALL"));
        assertThat(context.at("capabilities", "add").exists()).isFalse();
        assertThat(context.at("seccompProfile", "type").text()).isEqualTo("RuntimeDefault");
        assertThat(context.at("privileged").exists()).isFalse();
        assertThat(container.at("resources", "limits", "memory").exists()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("valueFiles")
  void everyPod_runsAsTheUserOfTheImage(String valueFile) {
    for (Manifest manifest : Chart.render(valueFile).manifests()) {
      for (Node pod : manifest.pods()) {
        Node spec = pod.at("spec");
        Node context = spec.at("securityContext");
        for (String id : List.of("runAsUser", "runAsGroup", "fsGroup")) {
          assertThat(context.at(id).number()).isEqualTo(10001);
        }
        assertThat(context.at("runAsNonRoot").value()).isEqualTo(true);
        assertThat(context.at("fsGroupChangePolicy").text()).isEqualTo("OnRootMismatch");
        assertThat(context.at("seccompProfile", "type").text()).isEqualTo("RuntimeDefault");
        assertThat(spec.at("automountServiceAccountToken").value()).isEqualTo(false);
        assertThat(spec.at("enableServiceLinks").value()).isEqualTo(false);
        for (String shared : List.of("hostNetwork", "hostPID", "hostIPC")) {
          assertThat(spec.at(shared).exists()).isFalse();
        }
      }
    }
  }

  @Test
  void resources_areThoseOfTheDefaults() {
    Node resources = Chart.render(MINIMAL).container().at("resources");
    assertThat(resources.at("requests").texts()).isEqualTo(Map.of("cpu", "500m", "memory", "1Gi"));
    assertThat(resources.at("limits").texts()).isEqualTo(Map.of("memory", "1536Mi"));
  }

  @ParameterizedTest
  @CsvSource({
    "startupProbe, /startupz, 5, 3, 120",
    "livenessProbe, /livez, 10, 5, 6",
    "readinessProbe, /readyz, 5, 3, 3"
  })
  void probe_asksThePortOfTheApi(String probe, String path, int period, int timeout, int failures) {
    Node plain = Chart.render(MINIMAL).container().at(probe);
    assertThat(plain.at("httpGet").value())
        .isEqualTo(Map.of("path", path, "port", "http", "scheme", "HTTP"));
    assertThat(plain.at("periodSeconds").number()).isEqualTo(period);
    assertThat(plain.at("timeoutSeconds").number()).isEqualTo(timeout);
    assertThat(plain.at("failureThreshold").number()).isEqualTo(failures);
    assertThat(Chart.render(CERTIFICATES).container().at(probe, "httpGet", "scheme").text())
        .isEqualTo("HTTPS");
    assertThat(Chart.render(DIAGNOSTIC).container().at(probe).exists()).isFalse();
  }

  @Test
  void ports_areThoseOfTheImage() {
    Node ports = Chart.render(MINIMAL).container().at("ports");
    assertThat(ports.named("http").at("containerPort").number()).isEqualTo(8080);
    assertThat(ports.named("metrics").at("containerPort").number()).isEqualTo(8081);
    assertThat(environment(MINIMAL))
        .containsEntry("MANAGEMENT_SERVER_PORT", "8081")
        .containsEntry("MANAGEMENT_SERVER_ADDRESS", "0.0.0.0");
  }

  /** Three phases, and the sleep before them. */
  @ParameterizedTest
  @MethodSource("valueFiles")
  void gracePeriod_isLongerThanAStop(String valueFile) {
    Rendered rendered = Chart.render(valueFile);
    Node lifecycle = rendered.settings().at("spring", "lifecycle", "timeout-per-shutdown-phase");
    int phase = Integer.parseInt(lifecycle.text().replace("s", ""));
    List<Node> sleep = rendered.container().at("lifecycle", "preStop", "exec", "command").items();
    int before = sleep.isEmpty() ? 0 : Integer.parseInt(sleep.getLast().text());
    assertThat(rendered.pod().at("spec", "terminationGracePeriodSeconds").number())
        .isGreaterThan(3 * phase + before);
  }

  @Test
  void preStop_sleepsByACommand() {
    Node preStop = Chart.render(MINIMAL).container().at("lifecycle", "preStop");
    assertThat(preStop.at("exec", "command").value()).isEqualTo(List.of("sleep", "5"));
    assertThat(Chart.render(CLAIMS).container().at("lifecycle").exists()).isFalse();
  }

  @Test
  void updates_neverOverlap() {
    Manifest set = Chart.render(MINIMAL).only("StatefulSet");
    assertThat(set.at("spec", "replicas").number()).isEqualTo(1);
    assertThat(set.at("spec", "updateStrategy", "type").text()).isEqualTo("RollingUpdate");
  }

  @ParameterizedTest
  @MethodSource("valueFiles")
  void everyMount_hasAVolume_andEveryVolumeAMount(String valueFile) {
    for (Manifest manifest : Chart.render(valueFile).manifests()) {
      for (Node pod : manifest.pods()) {
        List<String> volumes =
            names(
                pod.at("spec", "volumes").items(),
                manifest.at("spec", "volumeClaimTemplates").items().stream()
                    .map(claim -> claim.at("metadata"))
                    .toList());
        List<Node> mounts =
            manifest.containers().stream()
                .flatMap(container -> container.at("volumeMounts").items().stream())
                .toList();
        assertThat(volumes).doesNotHaveDuplicates();
        assertThat(names(mounts, List.of()).stream().distinct())
            .as(manifest.title())
            .containsExactlyInAnyOrderElementsOf(volumes);
        for (Node container : manifest.containers()) {
          assertThat(container.at("volumeMounts").items())
              .extracting(mount -> mount.at("mountPath").text())
              .doesNotHaveDuplicates();
        }
      }
    }
  }

  @Test
  void mounts_areWhereTheImageLooks() {
    assertThat(mounts(EVERYTHING))
        .containsEntry("data", "/var/lib/varve")
        .containsEntry("config", "/etc/varve")
        .containsEntry("tmp", "/tmp")
        .containsEntry("tokens", "/etc/varve-tokens")
        .containsEntry("tls", "/etc/varve-tls")
        .containsEntry("checkpoints", "/var/lib/varve-checkpoints");
    assertThat(mounts(DEVELOPMENT)).containsOnlyKeys("data", "config", "tmp");
  }

  @Test
  void tokens_areImportedFromTheirSecret() {
    assertThat(environment(MINIMAL))
        .containsEntry("SPRING_CONFIG_IMPORT", "configtree:/etc/varve-tokens/");
    assertThat(volume(MINIMAL, "tokens").at("secret", "secretName").text())
        .isEqualTo("varve-tokens");
    assertThat(environment(DEVELOPMENT)).doesNotContainKey("SPRING_CONFIG_IMPORT");
  }

  /** Where nothing of it is secret there is nothing to mount. */
  @Test
  void jwt_needsNoSecret() {
    assertThat(environment("ci/jwt-values.yaml")).doesNotContainKey("SPRING_CONFIG_IMPORT");
    assertThat(mounts("ci/jwt-values.yaml")).containsOnlyKeys("data", "config", "tmp");
  }

  @Test
  void data_isInAClaim_anExistingOne_orNone() {
    Manifest own = Chart.render(MINIMAL).only("StatefulSet");
    Node claim = own.at("spec", "volumeClaimTemplates").items().getFirst();
    assertThat(claim.at("metadata", "name").text()).isEqualTo("data");
    assertThat(claim.at("spec", "resources", "requests", "storage").text()).isEqualTo("10Gi");
    assertThat(claim.at("spec", "storageClassName").exists()).isFalse();
    assertThat(own.at("spec", "persistentVolumeClaimRetentionPolicy").texts())
        .isEqualTo(Map.of("whenDeleted", "Retain", "whenScaled", "Retain"));

    Manifest existing = Chart.render(CLAIMS).only("StatefulSet");
    assertThat(existing.at("spec", "volumeClaimTemplates").exists()).isFalse();
    assertThat(existing.at("spec", "persistentVolumeClaimRetentionPolicy").exists()).isFalse();
    assertThat(volume(CLAIMS, "data").at("persistentVolumeClaim", "claimName").text())
        .isEqualTo("my-data");

    assertThat(volume(DEVELOPMENT, "data").at("emptyDir", "sizeLimit").text()).isEqualTo("1Gi");
  }

  /** Kubernetes refuses any change there, so an upgrade of the chart must make none. */
  @Test
  void claimTemplate_hasNothingThatChangesWithAVersion() {
    Node claim =
        Chart.render(EVERYTHING)
            .only("StatefulSet")
            .at("spec", "volumeClaimTemplates")
            .items()
            .getFirst();
    assertThat(claim.at("metadata", "labels").texts())
        .containsOnlyKeys(
            "app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component");
  }

  @Test
  void storageClass_canBeNamedOrNone() {
    assertThat(
            Chart.render(EVERYTHING)
                .only("PersistentVolumeClaim")
                .at("spec", "storageClassName")
                .value())
        .isEqualTo("");
    assertThat(
            Chart.render(EVERYTHING)
                .only("StatefulSet")
                .at("spec", "volumeClaimTemplates")
                .items()
                .getFirst()
                .at("spec", "storageClassName")
                .text())
        .isEqualTo("fast");
  }

  @Test
  void checkpoints_haveAVolumeOfTheirOwn() {
    assertThat(volume(EVERYTHING, "checkpoints").at("persistentVolumeClaim", "claimName").text())
        .isEqualTo(Chart.render(EVERYTHING).only("PersistentVolumeClaim").name());
    assertThat(
            Chart.render(EVERYTHING)
                .only("PersistentVolumeClaim")
                .at("metadata", "annotations", "helm.sh/resource-policy")
                .text())
        .isEqualTo("keep");
    assertThat(volume(CLAIMS, "checkpoints").at("persistentVolumeClaim", "claimName").text())
        .isEqualTo("my-checkpoints");
    assertThat(Chart.render(CLAIMS).all("PersistentVolumeClaim")).isEmpty();
  }

  @Test
  void changedSettings_startThePodAnew() {
    assertThat(checksum(Map.of("flush.interval", "30s"))).isNotEqualTo(checksum(Map.of()));
    assertThat(checksum(Map.of("service.port", 80))).isEqualTo(checksum(Map.of()));
  }

  @Test
  void image_isOfTheChartsVersion_aTag_orADigest() {
    String version = Node.parseOne(Chart.read("Chart.yaml")).at("appVersion").text();
    assertThat(Chart.render(MINIMAL).container().at("image").text()).isEqualTo("varve:" + version);
    assertThat(
            Chart.render(MINIMAL, Map.of("image.tag", "1.2", "image.registry", "r.example.com"))
                .container()
                .at("image")
                .text())
        .isEqualTo("r.example.com/varve:1.2");
    assertThat(Chart.render(EVERYTHING).container().at("image").text())
        .startsWith("registry.example.com/store/varve@sha256:0123");
  }

  @Test
  void diagnosticMode_sleeps() {
    Node container = Chart.render(DIAGNOSTIC).container();
    assertThat(container.at("command").value()).isEqualTo(List.of("bash", "-c"));
    assertThat(container.at("args").items().getFirst().text()).contains("sleep infinity");
    assertThat(container.at("lifecycle").exists()).isFalse();
    assertThat(Chart.render(MINIMAL).container().at("command").exists()).isFalse();
  }

  @Test
  void extras_areAllThere() {
    Rendered rendered = Chart.render(EVERYTHING);
    assertThat(environment(EVERYTHING))
        .containsEntry("VARVE_LIMITS_VALUEBYTES", "4MB")
        .containsEntry("VARVE_JAVA_OPTIONS", "-XX:+UseZGC -Dexample=\"a b\"");
    Node spec = rendered.pod().at("spec");
    assertThat(spec.at("containers").named("sidecar").exists()).isTrue();
    assertThat(spec.at("initContainers").named("first").exists()).isTrue();
    assertThat(spec.at("volumes").named("scratch").exists()).isTrue();
    for (String placed :
        List.of("nodeSelector", "tolerations", "affinity", "topologySpreadConstraints")) {
      assertThat(spec.at(placed).exists()).as(placed).isTrue();
    }
    assertThat(spec.at("priorityClassName").text()).isEqualTo("storage-critical");
    assertThat(spec.at("imagePullSecrets").named("registry").exists()).isTrue();
    assertThat(rendered.container().at("envFrom").items()).hasSize(1);
    assertThat(rendered.pod().at("metadata", "labels").texts())
        .containsEntry("team", "storage")
        .containsEntry("tier", "data");
    assertThat(rendered.named("ConfigMap", "rel-extra").at("data", "url").text())
        .isEqualTo("https://rel-varve-kv.ns.svc:443");
    assertThat(rendered.find("Secret", "rel-varve-kv-text")).isPresent();
  }

  private static Map<String, String> environment(String valueFile) {
    return Chart.render(valueFile).container().at("env").items().stream()
        .collect(Collectors.toMap(env -> env.at("name").text(), env -> env.at("value").text()));
  }

  private static Map<String, String> mounts(String valueFile) {
    return Chart.render(valueFile).container().at("volumeMounts").items().stream()
        .collect(
            Collectors.toMap(
                mount -> mount.at("name").text(), mount -> mount.at("mountPath").text()));
  }

  private static Node volume(String valueFile, String name) {
    return Chart.render(valueFile).pod().at("spec", "volumes").named(name);
  }

  private static String checksum(Map<String, ?> set) {
    String checksum =
        Chart.render(MINIMAL, set).pod().at("metadata", "annotations", "checksum/config").text();
    assertThat(checksum).hasSize(64);
    return checksum;
  }

  private static List<String> names(List<Node> some, List<Node> others) {
    return Stream.concat(some.stream(), others.stream())
        .map(item -> item.at("name").text())
        .toList();
  }
}
