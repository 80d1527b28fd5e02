package io.varve.web;

import static io.varve.web.Api.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** What is too large is refused, before it is read where its size is announced. */
@VarveServer
@TestPropertySource(
    properties = {
      "varve.limits.key-bytes=16B",
      "varve.limits.value-bytes=1KB",
      "varve.limits.request-bytes=4KB",
      "varve.limits.result-bytes=2KB",
      "varve.limits.page-bytes=1KB",
      "varve.limits.page-entries=5",
      "varve.transaction.max-bytes=2KB",
      "varve.transaction.max-operations=4",
      "varve.page.lease=7s"
    })
final class LimitsIT {
  private static final byte[] TOO_LONG = "x".repeat(1025).getBytes(StandardCharsets.UTF_8);

  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  @Test
  void limits_areThoseInForce() {
    assertThat(api.get("/v1/limits").body())
        .startsWith(
            "{\"keyBytes\":16,\"valueBytes\":1024,\"requestBytes\":4096,\"resultBytes\":2048,"
                + "\"pageEntries\":5,\"pageEntriesDefault\":5,\"pageBytes\":1024,"
                + "\"pageLease\":\"PT7S\",\"transactionOperations\":4,\"transactionBytes\":2048,");
  }

  @Test
  void longestValue_isStored() {
    assertThat(api.put("/v1/kv/v", "x".repeat(1024)).status()).isIn(200, 201);
  }

  @Test
  void longValue_isTooLarge() {
    assertTooLarge(
        api.send("PUT", "/v1/kv/v", TOO_LONG),
        "VALUE_TOO_LARGE",
        "Value is too large",
        "The value is 1025 bytes; the limit is 1024.",
        "/v1/kv/v",
        1024,
        1025);
  }

  @Test
  void longValue_ofUnknownLength_isTooLarge() {
    assertTooLarge(
        api.sendChunked("PUT", "/v1/kv/v", TOO_LONG),
        "VALUE_TOO_LARGE",
        "Value is too large",
        "The value is 1025 bytes; the limit is 1024.",
        "/v1/kv/v",
        1024,
        1025);
  }

  @Test
  void longValue_isRefusedBeforeItIsSent() throws IOException {
    Answer answer =
        RawHttp.send(
            port,
            String.join(
                "\r\n",
                "PUT /v1/kv/v HTTP/1.1",
                "Host: localhost",
                "Expect: 100-continue",
                "Content-Length: 99999999999",
                "Connection: close",
                "",
                ""));
    assertTooLarge(
        answer,
        "VALUE_TOO_LARGE",
        "Value is too large",
        "The value is 99999999999 bytes; the limit is 1024.",
        "/v1/kv/v",
        1024,
        99_999_999_999L);
  }

  @Test
  void shortBody_isNotStored() throws IOException {
    RawHttp.sendAndHangUp(
        port, "PUT /v1/kv/half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf");
    assertThat(api.get("/v1/kv/half").status()).isEqualTo(404);
  }

  @Test
  void longKey_isTooLarge() {
    for (Answer answer :
        new Answer[] {
          api.put("/v1/kv/12345678901234567", "v"),
          api.get("/v1/kv/12345678901234567"),
          api.delete("/v1/kv/12345678901234567")
        }) {
      assertTooLarge(
          answer,
          "KEY_TOO_LARGE",
          "Key is too large",
          "The key is 17 bytes; the limit is 16.",
          "/v1/kv/12345678901234567",
          16,
          17);
    }
  }

  @Test
  void longBody_isTooLarge() {
    String body = "{\"label\":\"" + "x".repeat(5000) + "\"}";
    assertTooLarge(
        api.txn(body),
        "REQUEST_TOO_LARGE",
        "Request is too large",
        "The body is 5012 bytes; the limit is 4096.",
        "/v1/txn",
        4096,
        5012);
    Answer chunked =
        api.sendChunked(
            "POST",
            "/v1/txn",
            body.getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            "application/json");
    assertThat(chunked.status()).isEqualTo(413);
    assertThat(chunked.json().get("code").asString()).isEqualTo("REQUEST_TOO_LARGE");
    assertThat(chunked.json().get("actual").asLong()).isBetween(4097L, 5012L);
  }

  @Test
  void longValueInTxn_isTooLarge() {
    assertTooLarge(
        api.txn(put("v", 1025)),
        "VALUE_TOO_LARGE",
        "Value is too large",
        "The value is 1025 bytes; the limit is 1024.",
        "/v1/txn",
        1024,
        1025);
  }

  @Test
  void manyBytesInTxn_areTooLarge() {
    String puts =
        "{\"success\":["
            + operation("a", 1000)
            + ","
            + operation("b", 1000)
            + ","
            + operation("c", 1000)
            + "]}";
    assertTooLarge(
        api.txn(puts),
        "TRANSACTION_TOO_LARGE",
        "Transaction is too large",
        "The transaction is 3003 bytes large; the limit is 2048.",
        "/v1/txn",
        2048,
        3003);
  }

  @Test
  void largeResult_isTooLarge() {
    for (String key : new String[] {"r1", "r2", "r3"}) {
      api.put("/v1/kv/" + key, "x".repeat(1000));
    }
    assertTooLarge(
        api.txn(
            "{\"success\":[{\"get\":{\"key\":\"r1\"}},{\"get\":{\"key\":\"r2\"}},"
                + "{\"get\":{\"key\":\"r3\"}}]}"),
        "TRANSACTION_TOO_LARGE",
        "Transaction is too large",
        "The result is 3006 bytes large; the limit is 2048.",
        "/v1/txn",
        2048,
        3006);
  }

  @Test
  void page_endsAtItsBytes() {
    for (String key : new String[] {"p1", "p2", "p3"}) {
      api.put("/v1/kv/" + key, "x".repeat(600));
    }
    Answer page = api.get("/v1/entries?prefix=p");
    assertThat(page.json().get("entries")).hasSize(2);
    assertThat(page.json().get("nextPageToken")).isNotNull();
  }

  private static String put(String key, int bytes) {
    return "{\"success\":[" + operation(key, bytes) + "]}";
  }

  private static String operation(String key, int bytes) {
    return "{\"put\":{\"key\":\"" + key + "\",\"value\":\"" + "x".repeat(bytes) + "\"}}";
  }

  private static void assertTooLarge(
      Answer answer,
      String code,
      String title,
      String detail,
      String instance,
      long limit,
      long actual) {
    assertProblem(
        answer,
        Problem.of(413, code, title, detail, instance)
            .with("\"limit\":" + limit + ",\"actual\":" + actual));
  }
}
