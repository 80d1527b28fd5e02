package io.varve.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said after an installation holds for that installation. */
final class ChartNotesTest {
  static List<String> valueFiles() {
    return Chart.valueFiles();
  }

  /** Every object that a command names is one that was installed, or a Secret of the user's. */
  @ParameterizedTest
  @MethodSource("valueFiles")
  void commands_nameWhatIsThere(String valueFile) {
    Rendered rendered = Chart.render(valueFile);
    String name = rendered.only("StatefulSet").name();
    assertThat(Chart.notes(valueFile))
        .contains("kubectl -n ns")
        .doesNotContain("<no value>", "%!")
        .containsAnyOf("statefulset/" + name, "exec -it " + name + "-0");
  }

  @Test
  void production_isReachedWithTokenAndCertificate() {
    assertThat(Chart.notes("values-production.yaml"))
        .contains(
            "https://rel-varve.ns.svc:8080",
            "get secret varve-tls -o jsonpath='{.data.ca\\.crt}'",
            "get secret varve-client -o jsonpath='{.data.smoke-test}'",
            "curl --cacert ca.crt -H \"Authorization: Bearer $TOKEN\""
                + " https://localhost:8080/v1/limits",
            "helm -n ns test rel --logs",
            "patch pvc data-rel-varve-0")
        .doesNotContain("WARNING");
  }

  @Test
  void development_isWarnedOf() {
    assertThat(Chart.notes("values-development.yaml"))
        .contains(
            "WARNING: no authentication", "WARNING: no persistence", "curl http://localhost:8080");
  }

  @Test
  void others_areToldWhatIsSpecial() {
    assertThat(Chart.notes("ci/diagnostic-values.yaml")).contains("DIAGNOSTIC MODE");
    assertThat(Chart.notes("ci/minimal-values.yaml"))
        .contains("\"helm test\" has no test", "one whose hash is known");
    assertThat(Chart.notes("ci/jwt-values.yaml"))
        .contains("get secret varve-client", "Authorization: Bearer $TOKEN");
    assertThat(Chart.notes("ci/existing-claims-values.yaml"))
        .contains("in the claim my-data", "profile wal-off");
    assertThat(Chart.notes("ci/ingress-cert-manager-values.yaml"))
        .contains("https://varve.example.com");
  }
}
