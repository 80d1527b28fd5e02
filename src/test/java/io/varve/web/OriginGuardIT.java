package io.varve.web;

import static io.varve.web.Api.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;

/** No page of another site has its way with the service by way of a browser. */
final class OriginGuardIT {
  private static final String FOREIGN =
      "A page of another site has made a browser send this request.";
  private static final String NAMELESS =
      "Without tokens this service is for this machine only, under a name of it such as localhost.";

  /**
   * @param headers lines, with a semicolon between two
   */
  private static Answer send(int port, String method, String path, String headers)
      throws IOException {
    return RawHttp.send(
        port,
        method
            + " "
            + path
            + " HTTP/1.1\r\n"
            + headers.replaceAll("; *", "\r\n")
            + "\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx");
  }

  private static void assertForbidden(Answer answer, String why, String path) {
    assertProblem(answer, Problem.of(403, "FORBIDDEN", "Not allowed", why, path));
  }

  @Nested
  @VarveServer
  @TestPropertySource(
      properties = {"management.server.port=0", "management.server.address=127.0.0.1"})
  final class WithoutTokens {
    @LocalServerPort private int port;
    @LocalManagementPort private int managementPort;

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Host: localhost",
          "Host: localhost; Sec-Fetch-Site: same-origin",
          "Host: localhost; Sec-Fetch-Site: none",
          "Host: localhost; Sec-Fetch-Site: same-origin; Origin: https://evil.example",
          "Host: localhost:8080; Origin: http://localhost:8080",
          "Host: LOCALHOST:8080; Origin: http://localhost:8080",
          "Host: localhost; X-Forwarded-Host: evil.example",
          "Host: [::1]:8080; Origin: http://[::1]:8080",
          "Host: varve.localhost",
          "Host: 127.1.2.3"
        })
    void requestOfNoForeignPage_isServed(String headers) throws IOException {
      assertThat(send(port, "PUT", "/v1/kv/a", headers).status()).isIn(200, 201);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Host: localhost; Sec-Fetch-Site: cross-site",
          "Host: localhost; Sec-Fetch-Site: same-site",
          "Host: localhost; Sec-Fetch-Site: nonsense",
          "Host: localhost; Sec-Fetch-Site: cross-site; Origin: http://localhost",
          "Host: localhost; Origin: https://evil.example",
          "Host: localhost; Origin: http://localhost.evil.example",
          "Host: localhost; Origin: http://localhost@evil.example",
          "Host: localhost:8080; Origin: http://localhost:8081",
          "Host: localhost:8080; Origin: http://localhost",
          "Host: localhost; Origin: null",
          "Host: localhost; Origin: http://[",
          "Host: localhost; Origin: https://evil.example; X-Forwarded-Host: evil.example",
          "Host: localhost; Origin: https://evil.example; Content-Type: text/plain"
        })
    void requestOfForeignPage_isRefused(String headers) throws IOException {
      Api api = new Api(port);
      api.put("/v1/kv/victim", "before");
      for (String method : new String[] {"PUT", "DELETE", "POST", "PATCH", "NONSENSE"}) {
        assertForbidden(send(port, method, "/v1/kv/victim", headers), FOREIGN, "/v1/kv/victim");
      }
      assertForbidden(send(port, "POST", "/v1/admin/prune", headers), FOREIGN, "/v1/admin/prune");
      assertForbidden(
          send(managementPort, "POST", "/actuator/info", headers), FOREIGN, "/actuator/info");
      assertThat(api.get("/v1/kv/victim").body()).isEqualTo("before");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Host: evil.example",
          "Host: evil.example:8080; Origin: http://evil.example:8080",
          "Host: evil.example; Sec-Fetch-Site: same-origin",
          "Host: evil.example; X-Forwarded-Host: localhost; Forwarded: host=localhost",
          "Host: 127.0.0.1.evil.example",
          "Host: 192.168.0.1",
          "Host:"
        })
    void nameThatAnybodyCanOwn_isRefused(String headers) throws IOException {
      for (String method : new String[] {"GET", "HEAD", "OPTIONS", "PUT"}) {
        Answer answer = send(port, method, "/v1/kv/a", headers);
        assertThat(answer.status()).as(method).isEqualTo(403);
      }
      assertForbidden(send(port, "GET", "/v1/status", headers), NAMELESS, "/v1/status");
      assertForbidden(send(port, "GET", "/livez", headers), NAMELESS, "/livez");
      assertForbidden(
          send(managementPort, "GET", "/actuator/prometheus", headers),
          NAMELESS,
          "/actuator/prometheus");
    }

    @Test
    void safeMethod_passesFromAnywhere() throws IOException {
      String headers = "Host: localhost; Sec-Fetch-Site: cross-site; Origin: https://evil.example";
      Answer answer = send(port, "GET", "/v1/status", headers);
      assertThat(answer.status()).isEqualTo(200);
      assertNoCors(answer);
    }

    @ParameterizedTest
    @CsvSource({"PUT, /v1/kv/a", "GET, /v1/status", "POST, /v1/txn", "POST, /nothing"})
    void preflight_isRefused(String method, String path) throws IOException {
      Answer answer =
          send(
              port,
              "OPTIONS",
              path,
              "Host: localhost; Origin: https://evil.example; Access-Control-Request-Method: "
                  + method
                  + "; Access-Control-Request-Headers: content-type");
      assertForbidden(answer, "Pages of other sites may not use this service.", path);
      assertNoCors(answer);
    }

    private void assertNoCors(Answer answer) {
      assertThat(answer.headers().map().keySet())
          .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
    }

    @Test
    void clientWithoutHost_isNoBrowser() throws IOException {
      assertThat(RawHttp.send(port, "GET /v1/status HTTP/1.0\r\n\r\n").status()).isEqualTo(200);
    }
  }

  @Nested
  @VarveServer
  @TestPropertySource(properties = "varve.security.allow-anonymous=true")
  final class ForAnybody {
    @LocalServerPort private int port;

    @Test
    void anyName_isServed_butNoForeignPage() throws IOException {
      assertThat(send(port, "PUT", "/v1/kv/a", "Host: varve.example").status()).isIn(200, 201);
      assertForbidden(
          send(port, "PUT", "/v1/kv/a", "Host: varve.example; Origin: https://evil.example"),
          FOREIGN,
          "/v1/kv/a");
    }
  }

  @Nested
  @VarveServer
  @ContextConfiguration(initializers = {EmptyStore.class, GateProbe.TokensNeeded.class})
  final class WithTokens {
    private static final String KNOWN = "; Authorization: Bearer " + GateProbe.TOKEN;

    @LocalServerPort private int port;

    @Test
    void anyName_isServed_butNoForeignPage() throws IOException {
      assertThat(send(port, "PUT", "/v1/kv/a", "Host: varve.example" + KNOWN).status())
          .isIn(200, 201);
      String foreign = "Host: varve.example; Origin: https://evil.example" + KNOWN;
      assertForbidden(send(port, "PUT", "/v1/kv/a", foreign), FOREIGN, "/v1/kv/a");
    }
  }
}
