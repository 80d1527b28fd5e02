package io.varve.web;

import static io.varve.web.Api.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Paths as they come over the wire, many of which the server would refuse by itself. */
@VarveServer
final class KeyPathIT {
  @LocalServerPort private int port;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/kv/a//b | The path has an empty segment.",
        "/v1/kv//a | The path has an empty segment.",
        "/v1/kv/./a | The path has a segment of dots.",
        "/v1/kv/a/../b | The path has a segment of dots.",
        "/v1/kv/a/.. | The path has a segment of dots.",
        "/v1/kv/%2e%2e/a | The path has a segment of dots.",
        "/v1/kv/a;b | The path has a semicolon.",
        "/v1/kv/a%3Bb | The path has a semicolon.",
        "/v1/kv/%2Fa | The path has an empty segment.",
        "/v1/kv/a%2F%2fb | The path has an empty segment.",
        "/v1/kv/a/%2Fb | The path has an empty segment.",
        "/v1/kv/%2E%2E%2Fa | The path has a segment of dots.",
        "/v1/kv/a%2F.. | The path has a segment of dots.",
        "/v1/kv/..%2F..%2Fadmin | The path has a segment of dots.",
        "/v1/entries/a%2F.%2Fb | The path has a segment of dots.",
        "/v1/entries/%2F | The path has an empty segment.",
        "/v1/kv/a%00b | The path has a zero byte.",
        "/v1/kv/%FF | The path is not UTF-8.",
        "/v1/kv/%C3 | The path is not UTF-8.",
        "/v1/kv/%ED%A0%80 | The path is not UTF-8.",
        "/v1/kv/a%zz | The path is not percent-encoded correctly.",
        "/v1/kv/a% | The path is not percent-encoded correctly."
      })
  void unsafePath_namesTheOtherForm(String path, String reason) throws IOException {
    String instance = path.replaceAll("%(?![0-9A-Fa-f]{2})", "%25");
    assertProblem(RawHttp.get(port, path), Problem.notPathSafe(reason, instance));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/kv/ | A key must have at least one byte.",
        "/v1/kv-b64/ | A key must have at least one byte.",
        "/v1/kv | The path ends before the key.",
        "/v1/kv-b64/a+b | This must be base64url without padding.",
        "/v1/kv-b64/YQ== | This must be base64url without padding.",
        "/v1/kv-b64/YR | This must be base64url without padding.",
        "/v1/kv-b64/YQ/YQ | This must be base64url without padding."
      })
  void noKey_isMalformed(String path, String detail) throws IOException {
    assertProblem(RawHttp.get(port, path), Problem.malformed("key", detail, path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/",
        "a/b/c",
        "...",
        "a%20b",
        "a+b",
        "%E2%82%AC",
        "a%5Cb",
        "a%25b",
        "a%3Fb",
        "a%23b",
        "~!$&'()*,=:@",
        "a%0Ab"
      })
  void plainPath_isAKey(String key) {
    Api api = new Api(port);
    assertThat(api.put("/v1/kv/" + key, key).status()).isIn(200, 201);
    assertThat(api.get("/v1/kv/" + key).body()).isEqualTo(key);
    assertThat(api.delete("/v1/kv/" + key).json().get("deleted").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"users%2F42", "users%2f42", "%75sers%2F42", "users/42"})
  void encodedSlash_isASlash(String key) {
    Api api = new Api(port);
    assertThat(api.put("/v1/kv/" + key, "Ada").status()).isIn(200, 201);
    assertThat(api.get("/v1/kv/users/42").body()).isEqualTo("Ada");
    assertThat(api.get("/v1/entries/" + key).json().get("key").asString()).isEqualTo("users/42");
    assertThat(api.delete("/v1/kv/" + key).json().get("deleted").asBoolean()).isTrue();
    String inTransaction =
        "/v1/transactions/"
            + api.post("/v1/transactions", "{}").json().get("id").asString()
            + "/kv/"
            + key;
    assertThat(api.put(inTransaction, "Bob").status()).isEqualTo(202);
    assertThat(api.get(inTransaction.replace(key, "users/42")).body()).isEqualTo("Bob");
  }

  @Test
  void encodedSlash_isNoneBeforeTheKey() throws IOException {
    for (String path : new String[] {"/v1/kv%2Fa", "/v1%2Fkv/a", "/v1/entries%2Fa"}) {
      assertThat(RawHttp.get(port, path).status()).as(path).isEqualTo(404);
    }
  }

  @Test
  void entryPath_isAnEntry_whateverIsAccepted() {
    Api api = new Api(port);
    assertThat(api.put("/v1/kv/entry/1", "text").status()).isIn(200, 201);
    for (String accept : new String[] {"*/*", "text/plain", "application/octet-stream"}) {
      Answer answer = api.get("/v1/entries/entry/1", "Accept", accept);
      assertThat(answer.header("Content-Type")).startsWith("application/json");
      assertThat(answer.json().get("value").asString()).isEqualTo("text");
    }
    assertThat(api.get("/v1/entries-b64/ZW50cnkvMQ").json().get("value").asString())
        .isEqualTo("text");
    assertThat(api.get("/v1/entries").json().get("entries").isArray()).isTrue();
    assertThat(api.get("/v1/entries/none").status()).isEqualTo(404);
  }

  @Test
  void longestKey_fitsWithEveryByteEncoded() {
    Api api = new Api(port);
    String key = "%41".repeat(4096);
    assertThat(api.put("/v1/kv/" + key, "v").status()).isIn(200, 201);
    assertThat(api.get("/v1/kv/" + "A".repeat(4096)).body()).isEqualTo("v");
  }

  @Test
  void oversizedKey_isTooLarge() {
    String path = "/v1/kv/" + "k".repeat(4097);
    assertProblem(
        new Api(port).put(path, "v"),
        Problem.of(
                413,
                "KEY_TOO_LARGE",
                "Key is too large",
                "The key is 4097 bytes; the limit is 4096.",
                path)
            .with("\"limit\":4096,\"actual\":4097"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /v1/kv/a[b HTTP/1.1", "GARBAGE", "GET /v1/kv/a HTTP/9.9"})
  void unreadableRequest_isAProblem(String requestLine) throws IOException {
    Answer answer =
        RawHttp.send(port, requestLine + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.json().get("status").asInt()).isEqualTo(answer.status());
    assertThat(answer.status()).isGreaterThanOrEqualTo(400);
    Api.assertStateHeaders(answer);
  }

  @Test
  void hugeHeader_isAProblem() throws IOException {
    Answer answer =
        RawHttp.send(
            port,
            "GET /v1/status HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(40_000) + "\r\n\r\n");
    assertProblem(
        answer,
        Problem.malformed("request", "The server could not read the request.", "/v1/status"));
  }
}
