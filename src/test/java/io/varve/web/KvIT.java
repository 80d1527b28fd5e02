package io.varve.web;

import static io.varve.web.Api.assertJson;
import static io.varve.web.Api.assertProblem;
import static io.varve.web.Api.assertStateHeaders;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Single keys: create, read, replace, remove, and what they refuse. */
@VarveServer
final class KvIT {
  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  @Test
  void put_newKey_creates() {
    Answer put = api.put("/v1/kv/new/key", "v", "Content-Type", "text/plain");
    assertJson(put, 201, "{\"revision\":" + put.revision() + ",\"created\":true}");
    assertThat(put.etag()).isEqualTo("\"" + put.storeId() + "-" + put.revision() + "\"");
    assertThat(put.header("Varve-Durable-Revision")).isEqualTo(put.header("Varve-Revision"));
  }

  @Test
  void put_oldKey_replaces() {
    api.put("/v1/kv/replaced", "1");
    Answer put = api.put("/v1/kv/replaced", "2");
    assertJson(put, 200, "{\"revision\":" + put.revision() + ",\"created\":false}");
    assertThat(api.get("/v1/kv/replaced").body()).isEqualTo("2");
  }

  @Test
  void get_givesBackBytesTypeAndTag() {
    byte[] bytes = {0, (byte) 0xFF, 'a', '\n'};
    Answer put = api.send("PUT", "/v1/kv/bytes", bytes, "Content-Type", "image/x-thing");
    Answer get = api.get("/v1/kv/bytes");
    assertThat(get.status()).isEqualTo(200);
    assertThat(get.bytes()).isEqualTo(bytes);
    assertThat(get.header("Content-Type")).isEqualTo("image/x-thing");
    assertThat(get.etag()).isEqualTo(put.etag());
    assertThat(get.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(get.header("Cache-Control")).isEqualTo("private, no-cache");
    assertStateHeaders(get);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "text/plain;charset=UTF-8",
        "application/json",
        "application/x-www-form-urlencoded",
        "application/x-ndjson",
        "multipart/form-data; boundary=x"
      })
  void get_givesBackTheContentType(String contentType) {
    Answer put = api.put("/v1/kv/typed", "a=b&c", "Content-Type", contentType);
    assertThat(put.status()).isIn(200, 201);
    Answer get = api.get("/v1/kv/typed");
    assertThat(get.header("Content-Type")).isEqualTo(contentType);
    assertThat(get.body()).isEqualTo("a=b&c");
  }

  @Test
  void get_noContentType_isOctetStream() {
    api.put("/v1/kv/untyped", "v");
    assertThat(api.get("/v1/kv/untyped").header("Content-Type"))
        .isEqualTo("application/octet-stream");
  }

  @Test
  void get_emptyValue_isEmpty() {
    api.put("/v1/kv/empty", "");
    Answer get = api.get("/v1/kv/empty");
    assertThat(get.status()).isEqualTo(200);
    assertThat(get.bytes()).isEmpty();
  }

  @Test
  void get_absent_isNotFound() {
    Answer get = api.get("/v1/kv/absent");
    assertProblem(
        get,
        Problem.of(
                404,
                "KEY_NOT_FOUND",
                "Key not found",
                "Key absent does not exist at revision " + get.revision() + ".",
                "/v1/kv/absent")
            .with("\"revision\":" + get.revision()));
  }

  @Test
  void head_hasTheHeadersOfGet() {
    api.put("/v1/kv/head", "12345");
    Answer head = api.head("/v1/kv/head");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isEqualTo("5");
    assertThat(head.etag()).isEqualTo(api.get("/v1/kv/head").etag());
    assertThat(head.bytes()).isEmpty();
    assertThat(api.head("/v1/kv/no-head").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json, */*;q=0.5",
        "text/html;q=0.5, application/json;q=0.9"
      })
  void get_acceptJson_isAnEntry(String accept) {
    Answer put = api.put("/v1/kv/entry", "v", "Content-Type", "text/plain");
    Answer get = api.get("/v1/kv/entry", "Accept", accept);
    assertJson(
        get,
        200,
        "{\"key\":\"entry\",\"value\":\"v\",\"contentType\":\"text/plain\",\"revision\":"
            + put.revision()
            + "}");
    assertThat(get.header("Vary")).isEqualTo("Accept");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "text/html", "text/html, application/json;q=0.9"})
  void get_acceptOther_isTheValue(String accept) {
    api.put("/v1/kv/raw", "v");
    assertThat(api.get("/v1/kv/raw", "Accept", accept).body()).isEqualTo("v");
  }

  @Test
  void get_acceptJson_bytesAreBase64() {
    String key = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[] {(byte) 0xFE});
    Answer put = api.send("PUT", "/v1/kv-b64/" + key, new byte[] {(byte) 0xFF, 0});
    assertJson(
        api.get("/v1/kv-b64/" + key, "Accept", "application/json"),
        200,
        "{\"key\":{\"base64\":\"/g==\"},\"value\":{\"base64\":\"/wA=\"},\"revision\":"
            + put.revision()
            + "}");
  }

  @Test
  void base64Path_namesTheSameKey() {
    String key =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("same/kéy".getBytes(StandardCharsets.UTF_8));
    api.put("/v1/kv/same/k%C3%A9y", "v");
    assertThat(api.get("/v1/kv-b64/" + key).body()).isEqualTo("v");
  }

  @Test
  void put_ofAPart_isRefused() {
    api.put("/v1/kv/whole", "abc");
    Answer part = api.put("/v1/kv/whole", "Z", "Content-Range", "bytes 1-1/3");
    assertThat(part.status()).isEqualTo(400);
    assertThat(part.json().get("field").asString()).isEqualTo("Content-Range");
    assertThat(api.get("/v1/kv/whole").body()).isEqualTo("abc");
  }

  @Test
  void delete_present_removes() {
    api.put("/v1/kv/gone", "v");
    Answer delete = api.delete("/v1/kv/gone");
    assertJson(delete, 200, "{\"revision\":" + delete.revision() + ",\"deleted\":true}");
    assertThat(api.get("/v1/kv/gone").status()).isEqualTo(404);
  }

  @Test
  void delete_absent_makesNoRevision() {
    long before = api.put("/v1/kv/other", "v").revision();
    Answer delete = api.delete("/v1/kv/never-there");
    assertJson(delete, 200, "{\"revision\":" + before + ",\"deleted\":false}");
    assertThat(api.get("/v1/status").json().get("revision").asLong()).isEqualTo(before);
  }

  @Test
  void get_revision_readsThePast() {
    long first = api.put("/v1/kv/past", "1").revision();
    long second = api.put("/v1/kv/past", "2").revision();
    Answer get = api.get("/v1/kv/past?revision=" + first);
    assertThat(get.body()).isEqualTo("1");
    assertThat(get.revision()).isEqualTo(first);
    assertThat(api.get("/v1/kv/past?revision=" + second).body()).isEqualTo("2");
    assertThat(api.get("/v1/kv/past?revision=" + (first - 1)).status()).isEqualTo(404);
  }

  @Test
  void get_at_readsThePast() {
    api.put("/v1/kv/at", "1");
    String time =
        api.get("/v1/history?key=at").json().get("versions").get(0).get("time").asString();
    String later = Instant.parse(time).plusSeconds(60).toString();
    assertThat(api.get("/v1/kv/at?at=" + time).body()).isEqualTo("1");
    assertThat(api.get("/v1/kv/at?at=" + later).body()).isEqualTo("1");
    assertThat(api.get("/v1/kv/at?at=2020-01-01T00:00:00%2B01:00").status()).isEqualTo(404);
  }

  @Test
  void get_futureRevision_isRefused() {
    long now = api.put("/v1/kv/future", "v").revision();
    assertProblem(
        api.get("/v1/kv/future?revision=" + (now + 1)),
        Problem.of(
                400,
                "REVISION_IN_FUTURE",
                "Revision is in the future",
                "Revision " + (now + 1) + " does not exist yet; the newest is " + now + ".",
                "/v1/kv/future")
            .with("\"requested\":" + (now + 1) + ",\"current\":" + now));
  }

  @Test
  void get_prunedRevision_isGone() {
    long first = api.put("/v1/kv/pruned", "1").revision();
    long second = api.put("/v1/kv/pruned", "2").revision();
    api.post("/v1/admin/flush", "");
    api.post("/v1/admin/prune", "{\"keepVersions\":1,\"keepAge\":\"PT0S\"}");
    Answer get = api.get("/v1/kv/pruned?revision=" + first);
    assertProblem(
        get,
        Problem.of(
                410,
                "REVISION_PRUNED",
                "Revision is pruned",
                "Revision " + first + " is pruned; the oldest that can be read is " + second + ".",
                "/v1/kv/pruned")
            .with("\"requested\":" + first + ",\"oldestRevision\":" + second));
    assertThat(api.get("/v1/kv/pruned").body()).isEqualTo("2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "revision=1&at=2026-01-01T00:00:00Z | at | Give revision or at, not both.",
        "revision=x | revision | This must be a decimal number, not that long.",
        "revision=-1 | revision | This must be a decimal number, not that long.",
        "revision= | revision | This must be a decimal number, not that long.",
        "revision=9007199254740992 | revision | A revision is at most 2^53 - 1.",
        "revision=1&revision=1 | revision | This parameter is given twice.",
        "at=yesterday | at | This must be a time such as 2026-01-01T00:00:00Z.",
        "revison=1 | revison | There is no such parameter here."
      })
  void get_badParameter_isRefused(String query, String field, String detail) {
    assertProblem(api.get("/v1/kv/any?" + query), Problem.malformed(field, detail, "/v1/kv/any"));
  }

  @Test
  void put_unknownParameter_isRefused() {
    assertProblem(
        api.put("/v1/kv/any?revision=1", "v"),
        Problem.malformed("revision", "There is no such parameter here.", "/v1/kv/any"));
    assertProblem(
        api.delete("/v1/kv/any?x=1"),
        Problem.malformed("x", "There is no such parameter here.", "/v1/kv/any"));
  }

  @Test
  void put_unacceptableAnswer_writesNothing() {
    Answer put = api.put("/v1/kv/unacceptable", "v", "Accept", "text/html");
    assertProblem(
        put,
        Problem.of(
            406,
            "NOT_ACCEPTABLE",
            "No acceptable representation",
            "The answer is application/json, which Accept does not allow.",
            "/v1/kv/unacceptable"));
    assertThat(api.get("/v1/kv/unacceptable").status()).isEqualTo(404);
  }

  @Test
  void put_longContentType_isRefused() {
    assertProblem(
        api.put("/v1/kv/any", "v", "Content-Type", "text/" + "x".repeat(251)),
        Problem.malformed(
            "Content-Type",
            "This header must be at most 255 printable ASCII characters.",
            "/v1/kv/any"));
  }

  @Test
  void put_chunkedBody_isStored() {
    assertThat(
            api.sendChunked("PUT", "/v1/kv/chunked", "abc".getBytes(StandardCharsets.UTF_8))
                .status())
        .isEqualTo(201);
    assertThat(api.get("/v1/kv/chunked").body()).isEqualTo("abc");
  }
}
