package io.varve.web;

import static io.varve.web.GateProbe.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.RawMessage;
import io.varve.web.Api.Answer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;

/** Every answer, of whatever part of the server and on both ports, tells browsers what they may. */
@VarveServer
@ContextConfiguration(initializers = {EmptyStore.class, GateProbe.TokensNeeded.class})
@TestPropertySource(
    properties = {"management.server.port=0", "management.server.address=127.0.0.1"})
final class SafetyHeadersIT {
  private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";
  private static final String POLICY = "Content-Security-Policy";
  private static final String[] KNOWN = {"Authorization", "Bearer " + TOKEN};

  @LocalServerPort private int port;
  @LocalManagementPort private int managementPort;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  private static void assertSafe(Answer answer, String policy, String caching) {
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("X-Content-Type-Options", "nosniff");
    expected.put("X-Frame-Options", "DENY");
    expected.put("Referrer-Policy", "no-referrer");
    expected.put("Cross-Origin-Resource-Policy", "same-origin");
    expected.put(POLICY, policy);
    expected.put("Cache-Control", caching);
    expected.forEach(
        (name, value) ->
            assertThat(answer.headers().allValues(name))
                .as("%s in %d %s", name, answer.status(), answer.headers())
                .containsExactly(value));
    assertThat(answer.headers().map())
        .as("plain HTTP")
        .doesNotContainKeys("Strict-Transport-Security", "strict-transport-security");
  }

  private static void assertSafe(Answer answer) {
    assertSafe(answer, NOTHING, "no-store");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/status, 200",
    "GET, /v1/entries?limit=1, 200",
    "GET, /v1/entries?limit=0, 400",
    "GET, /v1/kv/nobody, 404",
    "HEAD, /v1/kv/nobody, 404",
    "DELETE, /v1/kv/nobody, 200",
    "PATCH, /v1/kv/nobody, 405",
    "POST, /v1/admin/flush, 200",
    "GET, /livez, 200",
    "GET, /error, 404",
    "GET, /nothing, 404",
    "GET, /v3/api-docs, 200",
    "GET, /swagger-ui.html, 302",
    "POST, /test/bug, 500"
  })
  void mainPort_answersSafely(String method, String path, int status) {
    Answer answer = api.send(method, path, new byte[0], KNOWN);
    assertThat(answer.status()).isEqualTo(status);
    assertSafe(answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/status", "/nothing", "/swagger-ui/nothing"})
  void stranger_isRefusedSafely(String path) {
    Answer answer = api.get(path);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertSafe(api.get("/v1/status", "Authorization", "Bearer wrong-token"));
  }

  @Test
  void foreigner_isRefusedSafely() {
    Answer answer = api.put("/v1/kv/a", "x", "Origin", "https://evil.example");
    assertThat(answer.status()).isEqualTo(403);
    assertSafe(answer);
  }

  @Test
  void stream_isSafe() {
    String[] headers = {KNOWN[0], KNOWN[1], "Accept", "application/x-ndjson"};
    Answer answer = api.get("/v1/entries", headers);
    assertThat(answer.header("Content-Type")).isEqualTo("application/x-ndjson");
    assertSafe(answer);
  }

  @Test
  void value_mayBeKeptButNotRun() {
    String page = "<script>alert(1)</script>";
    Answer put = api.put("/v1/kv/page", page, KNOWN[0], KNOWN[1], "Content-Type", "text/html");
    assertSafe(put);
    String stored = "sandbox; default-src 'none'; frame-ancestors 'none'";
    String kept = "private, no-cache";
    assertSafe(api.get("/v1/kv/page", KNOWN), stored, kept);
    assertSafe(api.head("/v1/kv/page", KNOWN), stored, kept);
    Answer json = api.get("/v1/kv/page", KNOWN[0], KNOWN[1], "Accept", "application/json");
    assertSafe(json, NOTHING, kept);
    Answer same = api.get("/v1/kv/page", KNOWN[0], KNOWN[1], "If-None-Match", put.etag());
    assertThat(same.status()).isEqualTo(304);
    assertSafe(same, NOTHING, kept);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/swagger-ui/index.html",
        "/swagger-ui/swagger-ui.css",
        "/swagger-ui/swagger-initializer.js"
      })
  void swaggerUi_mayLoadItsOwn(String path) {
    Answer answer = api.get(path, KNOWN);
    assertThat(answer.status()).isEqualTo(200);
    assertSafe(
        answer,
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
            + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'",
        "no-store");
  }

  @Test
  void swaggerUi_needsNoMore() {
    String page = api.get("/swagger-ui/index.html", KNOWN).body();
    assertThat(page).doesNotContainPattern("<script(?![^>]* src=)").doesNotContain("://");
    assertSafe(api.get("/v1/kv/swagger-ui/index.html", KNOWN));
  }

  @ParameterizedTest
  @CsvSource({
    "/actuator/health, 200",
    "/actuator/prometheus, 200",
    "/actuator/metrics/nothing, 404",
    "/nothing, 404"
  })
  void managementPort_answersSafely(String path, int status) {
    Answer answer = new Api(managementPort).get(path, KNOWN);
    assertThat(answer.status()).isEqualTo(status);
    assertSafe(answer);
    Answer refused =
        new Api(managementPort).send("POST", path, "", "Origin", "https://evil.example");
    assertThat(refused.status()).isEqualTo(403);
    assertSafe(refused);
  }

  /** What Tomcat refuses before any filter. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /%zz HTTP/1.1                            | Host: localhost              | 400",
        "GET /v1/kv/%ff HTTP/1.1                      | Host: localhost              | 400",
        "GET /a/../../b HTTP/1.1                      | Host: localhost              | 400",
        "GET /v1/status HTTP/1.1                      | Other: no host               | 400",
        "GET /v1/status HTTP/1.1                      | Host: a b                    | 400",
        "GET /v1/status HTTP/9.9                      | Host: localhost              | 400",
        "GET /<> HTTP/1.1                             | Host: localhost              | 400",
        "POST /v1/txn HTTP/1.1                        | Transfer-Encoding: nonsense  | 400"
      })
  void serverItself_refusesSafely(String line, String header, int status) throws IOException {
    for (int each : new int[] {port, managementPort}) {
      Answer answer = RawHttp.send(each, line + "\r\n" + header + "\r\nConnection: close\r\n\r\n");
      assertThat(answer.status()).isEqualTo(status);
      assertSafe(answer);
    }
  }

  /** It is a handler of ours, or of the Actuator, that answers then. */
  @Test
  void trace_isRefusedSafely() throws IOException {
    for (int each : new int[] {port, managementPort}) {
      try (OpenConnection client = new OpenConnection(each)) {
        RawMessage answer = client.exchange("TRACE", "/nothing", "");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header(POLICY)).isEqualTo(NOTHING);
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
      }
    }
  }

  @Test
  void tooManyHeaders_orTooLong_areRefusedSafely() throws IOException {
    String head = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    for (int each : new int[] {port, managementPort}) {
      for (String more : new String[] {"A: b\r\n".repeat(200), "A: " + "b".repeat(40_000)}) {
        Answer answer = RawHttp.send(each, head + more + "\r\n\r\n");
        assertThat(answer.status()).isEqualTo(400);
        assertSafe(answer);
      }
    }
    assertThat(RawHttp.send(port, head + "A: b\r\n".repeat(90) + "\r\n").status()).isEqualTo(200);
  }
}
