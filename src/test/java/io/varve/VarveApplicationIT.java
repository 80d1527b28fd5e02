package io.varve;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.VarveServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The whole server, started as in production, on a free port. */
@VarveServer
final class VarveApplicationIT {
  @LocalServerPort private int port;

  @Test
  void health_isUp() throws Exception {
    HttpResponse<String> response = get("/actuator/health");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("\"status\":\"UP\"");
  }

  @ParameterizedTest
  @CsvSource({
    "/actuator/health/liveness, UP",
    "/actuator/health/readiness, UP",
    "/livez, UP",
    "/readyz, UP",
    "/actuator/info, varve",
    "/actuator/prometheus, jvm_memory_used_bytes"
  })
  void actuator_answers(String path, String expected) throws Exception {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains(expected);
  }

  /** Spring Boot alone answers 500 below a component that is not there. */
  @ParameterizedTest
  @CsvSource({
    "/actuator/health/none/storage, 404",
    "/actuator/health/readiness/none/storage, 404",
    "/actuator/health/storage/none/below, 404",
    "/actuator/health/none, 404",
    "/actuator/health/readiness/storage, 200",
    "/actuator/health/storage, 200",
    "/readyz/none/storage, 404",
  })
  void healthOfPartsThatAreNotThere_is404(String path, int status) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(status);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:" + port + path);
    try (var client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }
}
