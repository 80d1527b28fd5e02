package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;

/** An Actuator with a port of its own asks for the same tokens. */
@VarveServer
@ContextConfiguration(initializers = {EmptyStore.class, GateProbe.TokensNeeded.class})
@TestPropertySource(
    properties = {"management.server.port=0", "management.server.address=127.0.0.1"})
final class ManagementGateIT {
  @LocalServerPort private int port;
  @LocalManagementPort private int managementPort;

  @ParameterizedTest
  @CsvSource({
    "GET, /actuator, 200",
    "GET, /actuator/prometheus, 200",
    "GET, /actuator/metrics, 200",
    "GET, /actuator/info, 200",
    "GET, /nothing, 404",
    "GET, /livez/x, 404"
  })
  void managementPort_needsAToken(String method, String path, int withToken) {
    GateProbe.assertNeedsToken(new Api(managementPort), method, path, "", withToken);
  }

  @ParameterizedTest
  @CsvSource({"GET, /v1/status, 200", "GET, /actuator/prometheus, 404"})
  void mainPort_needsAToken(String method, String path, int withToken) {
    GateProbe.assertNeedsToken(new Api(port), method, path, "", withToken);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/actuator/health", "/actuator/health/readiness"})
  void health_isOpenOnTheManagementPort(String path) {
    assertThat(new Api(managementPort).get(path).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/livez", "/readyz", "/startupz"})
  void probes_areOpenOnTheMainPort(String path) {
    assertThat(new Api(port).get(path).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/actuator/health/../prometheus",
        "/actuator/health/..;/prometheus",
        "/actuator/health/%2e%2e/prometheus",
        "//actuator/prometheus",
        "/actuator/prometheus;/actuator/health"
      })
  void unusualPath_opensNothing(String path) throws IOException {
    assertThat(RawHttp.get(managementPort, path).status()).isIn(400, 401);
  }
}
