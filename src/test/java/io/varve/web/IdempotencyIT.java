package io.varve.web;

import static io.varve.web.Api.assertJson;
import static io.varve.web.Api.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A write with an idempotency key happens once, and is answered alike however often it is sent. */
@VarveServer
final class IdempotencyIT {
  private static final String ADD = "{\"success\":[{\"add\":{\"key\":\"idem/KEY\",\"delta\":1}}]}";

  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  private Answer add(String key, String idempotencyKey) {
    return txn(ADD.replace("KEY", key), idempotencyKey);
  }

  private Answer txn(String body, String idempotencyKey) {
    return api.send(
        "POST",
        "/v1/txn",
        body,
        "Content-Type",
        "application/json",
        "Idempotency-Key",
        idempotencyKey);
  }

  private static void assertSame(Answer replayed, Answer first) {
    assertThat(first.header("Idempotency-Replayed")).isEmpty();
    assertThat(replayed.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(replayed.body()).isEqualTo(first.body());
    assertThat(replayed.status()).isEqualTo(first.status());
    assertThat(replayed.revision()).isEqualTo(first.revision());
    assertThat(replayed.etag()).isEqualTo(first.etag());
    assertThat(replayed.header("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void txn_again_isReplayed() {
    Answer first = add("txn-again", "t-1");
    long revision = first.revision();
    assertJson(
        first,
        200,
        "{\"succeeded\":true,\"revision\":"
            + revision
            + ",\"durableRevision\":"
            + revision
            + ",\"results\":[{\"add\":{\"value\":1,\"text\":\"1\"}}]}");
    api.put("/v1/kv/idem/between", "x");
    assertSame(add("txn-again", "t-1"), first);
    assertThat(api.get("/v1/kv/idem/txn-again").body()).isEqualTo("1");
    assertThat(add("txn-again", "t-2").json().at("/results/0/add/value").asInt()).isEqualTo(2);
  }

  @Test
  void txn_readsItsOwnWrite_withTheRevisionOfTheCommit() {
    String body =
        "{\"success\":[{\"put\":{\"key\":\"idem/own\",\"value\":\"v\"}},{\"get\":{\"key\":\"idem/own\"}}]}";
    Answer first = txn(body, "own-1");
    assertThat(first.json().at("/results/1/get/entry/revision").asLong())
        .isEqualTo(first.revision());
    assertThat(first.json().at("/results/0/put/revision").asLong()).isEqualTo(first.revision());
    assertSame(txn(body, "own-1"), first);
  }

  @Test
  void txn_otherContentType_isReplayedToo() {
    Answer first = add("either-way", "way-1");
    Answer again =
        api.send(
            "POST",
            "/v1/txn",
            ADD.replace("KEY", "either-way"),
            "Content-Type",
            "application/json;charset=UTF-8",
            "Idempotency-Key",
            "way-1");
    assertSame(again, first);
  }

  @Test
  void put_again_isReplayedWithItsTag() {
    Answer first = api.put("/v1/kv/idem/put-again", "one", "Idempotency-Key", "p-1");
    assertThat(first.status()).isEqualTo(201);
    api.put("/v1/kv/idem/put-again", "two");
    assertSame(api.put("/v1/kv/idem/put-again", "one", "Idempotency-Key", "p-1"), first);
    assertThat(api.get("/v1/kv/idem/put-again").body()).isEqualTo("two");
  }

  /** The type is stored, so another type is another request. */
  @Test
  void put_withAnotherContentType_isRefused() {
    String[] key = {"Idempotency-Key", "put-type"};
    Answer first = api.put("/v1/kv/idem/type", "{}", "Content-Type", "text/plain", key[0], key[1]);
    Answer other =
        api.put("/v1/kv/idem/type", "{}", "Content-Type", "application/json", key[0], key[1]);
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.json().get("code").asString()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
    assertThat(api.put("/v1/kv/idem/type", "{}", key).status()).as("no type").isEqualTo(422);
    assertSame(
        api.put("/v1/kv/idem/type", "{}", "Content-Type", "text/plain", key[0], key[1]), first);
    assertThat(api.get("/v1/kv/idem/type").header("Content-Type")).startsWith("text/plain");
  }

  @Test
  void delete_ofNothing_isReplayedAlthoughItMadeNoRevision() {
    long before = api.put("/v1/kv/idem/marker", "x").revision();
    Answer first = api.delete("/v1/kv/idem/not-there", "Idempotency-Key", "d-1");
    assertJson(first, 200, "{\"revision\":" + before + ",\"deleted\":false}");
    api.put("/v1/kv/idem/not-there", "now");
    assertSame(api.delete("/v1/kv/idem/not-there", "Idempotency-Key", "d-1"), first);
    assertThat(api.get("/v1/kv/idem/not-there").body()).isEqualTo("now");
  }

  @Test
  void flushed_isReplayed() {
    Answer first = add("flushed", "f-1");
    assertThat(api.post("/v1/admin/flush", "").status()).isEqualTo(200);
    assertSame(add("flushed", "f-1"), first);
  }

  @Test
  void conditionThatFails_isKeptTheSameWay() {
    String body =
        "{\"compare\":[{\"key\":\"idem/absent\",\"exists\":true}],\"success\":[{\"put\":{\"key\":\"idem/absent\","
            + "\"value\":\"v\"}}]}";
    Answer first = txn(body, "cond-1");
    assertThat(first.json().get("succeeded").asBoolean()).isFalse();
    api.put("/v1/kv/idem/absent", "there");
    assertSame(txn(body, "cond-1"), first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"method", "target", "condition", "body"})
  void anotherRequest_isRefused(String difference) {
    String key = "other-" + difference;
    String path = "/v1/kv/idem/" + key;
    assertThat(api.put(path, "v", "Idempotency-Key", key).status()).isEqualTo(201);
    Answer other =
        switch (difference) {
          case "method" -> api.delete(path, "Idempotency-Key", key);
          case "target" -> api.put(path + "x", "v", "Idempotency-Key", key);
          case "condition" -> api.put(path, "v", "Idempotency-Key", key, "If-None-Match", "\"x\"");
          default -> api.put(path, "w", "Idempotency-Key", key);
        };
    assertProblem(
        other,
        Problem.of(
            422,
            "IDEMPOTENCY_KEY_REUSED",
            "Idempotency key was used for another request",
            "This Idempotency-Key was used for another request. Use a new key for each request.",
            difference.equals("target") ? path + "x" : path));
    assertThat(api.get(path).body()).isEqualTo("v");
  }

  @Test
  void failure_isNotKept() {
    Answer refused =
        api.put("/v1/kv/idem/later", "v", "Idempotency-Key", "fail-1", "If-Match", "\"none\"");
    assertThat(refused.status()).isEqualTo(412);
    Answer retried = api.put("/v1/kv/idem/later", "v", "Idempotency-Key", "fail-1");
    assertThat(retried.status()).isEqualTo(201);
    assertThat(retried.header("Idempotency-Replayed")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "with space", "caf\u00e9"})
  void keyOfOtherCharacters_isRefused(String key) throws IOException {
    Answer answer =
        RawHttp.send(
            port,
            "PUT /v1/kv/idem/bad-key HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Length: 1\r\nIdempotency-Key: "
                + key
                + "\r\n\r\nv");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("field").asString()).isEqualTo("Idempotency-Key");
  }

  @Test
  void longKey_isRefused() {
    assertThat(api.put("/v1/kv/idem/k", "v", "Idempotency-Key", "k".repeat(128)).status())
        .isEqualTo(201);
    assertProblem(
        api.put("/v1/kv/idem/k", "v", "Idempotency-Key", "k".repeat(129)),
        Problem.malformed(
            "Idempotency-Key",
            "This header must be there once, with 1 to 128 printable characters.",
            "/v1/kv/idem/k"));
    assertProblem(
        api.put("/v1/kv/idem/k", "v", "Idempotency-Key", "a", "Idempotency-Key", "b"),
        Problem.malformed(
            "Idempotency-Key",
            "This header must be there once, with 1 to 128 printable characters.",
            "/v1/kv/idem/k"));
  }

  @Test
  void largeAnswer_isRefusedBeforeTheCommit() {
    String value = "x".repeat(70_000);
    api.put("/v1/kv/idem/large", value);
    String body =
        "{\"success\":[{\"get\":{\"key\":\"idem/large\"}},{\"add\":{\"key\":\"idem/large-n\",\"delta\":1}}]}";
    Answer refused = txn(body, "large-1");
    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.json().get("code").asString()).isEqualTo("TRANSACTION_TOO_LARGE");
    assertThat(refused.json().get("limit").asLong()).isEqualTo(65_536);
    assertThat(refused.json().get("actual").asLong()).isGreaterThan(70_000);
    assertThat(api.get("/v1/kv/idem/large-n").status()).isEqualTo(404);
  }

  @Test
  void zeroByteInAValue_isNotTakenForTheRevision() {
    api.send("PUT", "/v1/kv/idem/zero", new byte[] {'a', 0, 'b'});
    String body =
        "{\"success\":[{\"get\":{\"key\":\"idem/zero\"}},{\"put\":{\"key\":\"idem/z\",\"value\":\"\"}}]}";
    Answer first = txn(body, "zero-1");
    assertThat(first.json().at("/results/0/get/entry/value").asString()).isEqualTo("a\0b");
    assertSame(txn(body, "zero-1"), first);
  }

  @Test
  void batch_again_isReplayed() {
    String body =
        "{\"operations\":[{\"put\":{\"key\":\"idem/batch-a\",\"value\":\"1\"}},"
            + "{\"delete\":{\"key\":\"idem/batch-b\"}}]}";
    String[] headers = {"Content-Type", "application/json", "Idempotency-Key", "b-1"};
    Answer first = api.send("POST", "/v1/batch", body, headers);
    long revision = first.revision();
    assertJson(
        first,
        200,
        "{\"revision\":" + revision + ",\"durableRevision\":" + revision + ",\"operations\":2}");
    assertSame(api.send("POST", "/v1/batch", body, headers), first);
  }

  @Test
  void twins_runOnce() throws Exception {
    int clients = 16;
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < clients; i++) {
        answers.add(
            executor.submit(
                () -> {
                  start.await();
                  return add("twins", "twins-1");
                }));
      }
      start.countDown();
      for (Future<Answer> answer : answers) {
        Answer got = answer.get(60, TimeUnit.SECONDS);
        if (got.status() == 409) {
          assertThat(got.json().get("code").asString()).isEqualTo("IDEMPOTENCY_IN_PROGRESS");
          assertThat(got.header("Retry-After")).isEqualTo("1");
        } else {
          assertThat(got.json().at("/results/0/add/value").asInt()).isEqualTo(1);
        }
      }
    }
    assertThat(api.get("/v1/kv/idem/twins").body()).isEqualTo("1");
  }

  @Test
  void twinOfARunningRequest_isToldToWait() {
    Answer held = api.send("POST", "/test/claim?key=held-1", "");
    assertThat(held.status()).isEqualTo(200);
    assertProblem(
        add("slow", "held-1"),
        Problem.of(
                409,
                "IDEMPOTENCY_IN_PROGRESS",
                "Request is in progress",
                "A request with this Idempotency-Key is running. Send this one again to get its"
                    + " answer.",
                "/v1/txn")
            .worthARetry()
            .with("\"retryAfterMs\":1000"));
    assertThat(api.send("POST", "/test/release", "").status()).isEqualTo(200);
    assertThat(add("slow", "held-1").status()).isEqualTo(200);
  }

  @Test
  void callsThatKeepNothing_refuseAKey() {
    String[] headers = {"Content-Type", "application/json", "Idempotency-Key", "x"};
    Answer begin = api.send("POST", "/v1/transactions", "{}", headers);
    assertThat(begin.status()).isEqualTo(400);
    assertThat(begin.json().get("field").asString()).isEqualTo("Idempotency-Key");
    String id = api.post("/v1/transactions", "{}").json().get("id").asString();
    String transaction = "/v1/transactions/" + id;
    for (Answer refused :
        List.of(
            api.put(transaction + "/kv/k", "v", "Idempotency-Key", "x"),
            api.delete(transaction + "/kv/k", "Idempotency-Key", "x"),
            api.send("POST", transaction + "/operations", "{\"operations\":[]}", headers))) {
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.json().get("field").asString()).isEqualTo("Idempotency-Key");
    }
    assertThat(api.post(transaction + "/rollback", "").status()).isEqualTo(200);
  }
}
