package io.varve.web;

import static io.varve.web.GateProbe.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.client.VarveClient;
import io.varve.client.VarveException;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;

/** Where the server asks for a token, it does so on every path but those of its health. */
@VarveServer
@ContextConfiguration(initializers = {EmptyStore.class, GateProbe.TokensNeeded.class})
@ExtendWith(OutputCaptureExtension.class)
final class TokenGateIT {
  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  /** A retry may come with the token that has taken the place of the first one meanwhile. */
  @Test
  void retryWithTheNextToken_isDoneOnce() {
    Api.Answer first = once(TOKEN);
    assertThat(first.status()).isEqualTo(201);
    Api.Answer again = once(GateProbe.NEXT_TOKEN);
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(once(GateProbe.OTHER_TOKEN).status()).as("another principal").isEqualTo(200);
  }

  private Api.Answer once(String token) {
    return api.send(
        "PUT",
        "/v1/kv/exchanged",
        "x",
        "Authorization",
        "Bearer " + token,
        "Idempotency-Key",
        "exchange-1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /v1/kv/nobody                 | ''                                     | 404",
        "HEAD   | /v1/kv/nobody                 | ''                                     | 404",
        "GET    | /v1/kv-b64/bm9ib2R5           | ''                                     | 404",
        "PUT    | /v1/kv/                       | x                                      | 400",
        "DELETE | /v1/kv/nobody                 | ''                                     | 200",
        "PATCH  | /v1/kv/nobody                 | x                                      | 405",
        "GET    | /v1/entries?limit=1           | ''                                     | 200",
        "GET    | /v1/history?key=nobody        | ''                                     | 200",
        "GET    | /v1/revisions/x               | ''                                     | 400",
        "POST   | /v1/txn                       | {}                                     | 200",
        "POST   | /v1/batch                     | {\"operations\":[]}                    | 200",
        "POST   | /v1/bulk                      | {\"delete\":{\"key\":\"nobody\"}}      | 200",
        "POST   | /v1/transactions              | {\"readOnly\":true}                    | 201",
        "GET    | /v1/transactions/none         | ''                                     | 404",
        "GET    | /v1/transactions/none/kv/a    | ''                                     | 404",
        "POST   | /v1/transactions/none/commit  | ''                                     | 404",
        "GET    | /v1/status                    | ''                                     | 200",
        "GET    | /v1/limits                    | ''                                     | 200",
        "POST   | /v1/admin/flush               | ''                                     | 200",
        "POST   | /v1/admin/prune               | {\"dryRun\":true}                      | 200",
        "GET    | /v1/admin/checkpoints         | ''                                     | 200",
        "DELETE | /v1/admin/checkpoints/none    | ''                                     | 404",
        "GET    | /v1/admin/holds               | ''                                     | 200",
        "GET    | /actuator                     | ''                                     | 200",
        "GET    | /actuator/info                | ''                                     | 200",
        "GET    | /actuator/metrics             | ''                                     | 200",
        "GET    | /actuator/prometheus          | ''                                     | 200",
        "GET    | /actuator/healthx             | ''                                     | 404",
        "GET    | /actuator/env                 | ''                                     | 404",
        "GET    | /v3/api-docs                  | ''                                     | 200",
        "GET    | /v3/api-docs.yaml             | ''                                     | 200",
        "GET    | /v3/api-docs/swagger-config   | ''                                     | 200",
        "GET    | /swagger-ui.html              | ''                                     | 302",
        "GET    | /swagger-ui/index.html        | ''                                     | 200",
        "GET    | /                             | ''                                     | 404",
        "GET    | /error                        | ''                                     | 404",
        "GET    | /nothing                      | ''                                     | 404"
      })
  void everyPath_needsAToken(String method, String path, String body, int withToken) {
    GateProbe.assertNeedsToken(api, method, path, body, withToken);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/livez",
        "/readyz",
        "/startupz",
        "/actuator/health",
        "/actuator/health/liveness",
        "/actuator/health/writes",
        "/actuator/health?verbose",
        "/livez?x=../v1/status"
      })
  void health_isOpen(String path) {
    assertThat(api.get(path).status()).isEqualTo(200);
    assertThat(api.get(path, "Authorization", "Bearer wrong-token").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/livez/../v1/status",
        "/livez/%2e%2e/v1/status",
        "/livez/%2E%2E/v1/status",
        "/livez/..;/v1/status",
        "/livez;/../v1/status",
        "/livez;x=y",
        "/livez%3B",
        "/livez%2F..%2Fv1%2Fstatus",
        "/livez%00",
        "/livez/",
        "/livez/x",
        "/livez.json",
        "/LIVEZ",
        "/%6civez",
        "//livez",
        "//v1/status",
        "/./v1/status",
        "/v1/status;/livez",
        "/v1/status;livez",
        "/v1/status?/livez",
        "/v1/status#/livez",
        "/v1;x/status",
        "/v1/%73tatus",
        "/actuator/health/../prometheus",
        "/actuator/health/%2e%2e/prometheus",
        "/actuator/health/..%2fprometheus",
        "/actuator/health/..;/prometheus",
        "/actuator/health/..\\prometheus",
        "/actuator/health//../prometheus",
        "/actuator/health/../../v1/status",
        "/actuator/health/",
        "/actuator/health;/liveness",
        "/actuator/healthx",
        "/actuator/prometheus;/actuator/health",
        "/actuator/prometheus/../health/../prometheus",
        "http://localhost/v1/status",
        "http://localhost/livez/../v1/status",
        "http://livez/v1/status"
      })
  void unusualPath_opensNothing(String path) throws IOException {
    // 400 is of the server itself, which dispatches such a path to nobody.
    assertThat(RawHttp.get(port, path).status()).as(path).isIn(400, 401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"OPTIONS", "TRACE", "CONNECT", "get", "NONSENSE"})
  void anyMethod_needsAToken(String method) throws IOException {
    String request = " /v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    // The server itself refuses TRACE, and CONNECT to a path.
    assertThat(RawHttp.send(port, method + request).status()).isIn(400, 401, 405);
  }

  @Test
  void twoHeaders_openNothing() throws IOException {
    String header = "Authorization: Bearer " + TOKEN + "\r\n";
    String request = "GET /v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    assertThat(RawHttp.send(port, request + header + "\r\n").status()).isEqualTo(200);
    assertThat(RawHttp.send(port, request + header + header + "\r\n").status()).isEqualTo(401);
  }

  @Test
  void body_isNotAskedFor() throws IOException {
    String head = "PUT /v1/kv/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    String body = "Expect: 100-continue\r\nContent-Length: 1000000000\r\n\r\n";
    Api.Answer answer = RawHttp.send(port, head + body);
    GateProbe.assertRefused(answer, "PUT", "/v1/kv/a");
  }

  @Test
  void refusals_areCountedAndLeaveNoTokenBehind(CapturedOutput output) {
    assertThat(api.get("/v1/status", "Authorization", "Bearer looks-like-a-token").body())
        .doesNotContain("looks-like");
    assertThat(api.get("/actuator/prometheus", "Authorization", "Bearer " + TOKEN).body())
        .containsPattern("varve_requests_rejected_total\\{reason=\"unauthenticated\"} [1-9]");
    assertThat(output.getAll()).doesNotContain("looks-like", TOKEN);
  }

  @Test
  void javaClient_showsItsToken() {
    URI uri = URI.create("http://127.0.0.1:" + port);
    try (var known = VarveClient.builder(uri).token(TOKEN).build();
        var stranger = VarveClient.connect(uri)) {
      known.put("gate", "open");
      assertThat(known.get("gate").orElseThrow().text()).isEqualTo("open");
      assertThatThrownBy(() -> stranger.get("gate"))
          .isInstanceOfSatisfying(
              VarveException.class,
              refused -> assertThat(refused.code()).isEqualTo("UNAUTHENTICATED"));
    }
  }
}
