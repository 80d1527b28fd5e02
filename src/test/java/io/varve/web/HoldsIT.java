package io.varve.web;

import static io.varve.web.Api.assertJson;
import static io.varve.web.Api.assertProblem;
import static io.varve.web.Api.assertStateHeaders;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** Revisions that are held. */
@VarveServer
@TestPropertySource(properties = {"varve.holds.max=2", "varve.transaction.expire-interval=100ms"})
final class HoldsIT {
  private static final String PATH = "/v1/admin/holds";

  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  @AfterEach
  void releaseAll() {
    for (JsonNode hold : api.get(PATH).json().get("holds")) {
      api.delete(PATH + "/" + hold.get("id").asString());
    }
  }

  private String add(String body) {
    Answer made = api.post(PATH, body);
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return PATH + "/" + made.json().get("id").asString();
  }

  private Answer renew(String path, String body) {
    return api.put(path, body, "Content-Type", "application/json");
  }

  private void pruneAll() {
    api.post("/v1/admin/flush", "");
    Answer prune = api.post("/v1/admin/prune", "{\"keepVersions\":1,\"keepAge\":\"PT0S\"}");
    assertThat(prune.status()).isEqualTo(200);
  }

  @Test
  void add_tellsWhatIsHeldAndUntilWhen() {
    long revision = api.put("/v1/kv/held/add", "v").revision();
    Answer made =
        api.post(
            PATH, "{\"revision\":" + revision + ",\"ttl\":\"PT6H\",\"label\":\"nightly export\"}");
    JsonNode json = made.json();
    String id = json.get("id").asString();
    String createdAt = json.get("createdAt").asString();
    String expiresAt = json.get("expiresAt").asString();
    assertThat(made.status()).isEqualTo(201);
    assertThat(id).matches("[0-9a-f]{16}");
    assertThat(made.header("Location")).isEqualTo(PATH + "/" + id);
    assertStateHeaders(made);
    String held =
        "{\"id\":\""
            + id
            + "\",\"revision\":"
            + revision
            + ",\"label\":\"nightly export\",\"createdAt\":\""
            + createdAt
            + "\",\"expiresAt\":\""
            + expiresAt
            + "\"}";
    assertThat(made.body()).isEqualTo(held);
    assertThat(Duration.between(Instant.parse(createdAt), Instant.parse(expiresAt))).hasHours(6);
    assertJson(api.get(PATH + "/" + id), 200, held);
    assertJson(api.get(PATH), 200, "{\"holds\":[" + held + "]}");
    assertThat(api.get("/v1/status").json().get("holds").asInt()).isEqualTo(1);
  }

  @Test
  void add_withoutRevision_holdsTheNewest() {
    long revision = api.put("/v1/kv/held/newest", "v").revision();
    JsonNode made = api.post(PATH, "{\"ttl\":\"P7D\"}").json();
    assertThat(made.get("revision").asLong()).isEqualTo(revision);
    assertThat(made.has("label")).isFalse();
  }

  @Test
  void prune_leavesWhatIsHeld_untilItIsReleased() {
    long first = api.put("/v1/kv/held/pruned", "1").revision();
    String hold = add("{\"ttl\":\"PT1H\"}");
    long second = api.put("/v1/kv/held/pruned", "2").revision();
    api.put("/v1/kv/held/pruned", "3");
    pruneAll();
    assertThat(api.get("/v1/kv/held/pruned?revision=" + first).body()).isEqualTo("1");
    assertThat(api.get("/v1/kv/held/pruned?revision=" + second).status()).isEqualTo(410);
    assertThat(api.get("/v1/status").json().get("oldestSnapshotRevision").asLong())
        .isEqualTo(first);

    Answer released = api.delete(hold);
    assertThat(released.status()).isEqualTo(204);
    assertThat(released.body()).isEmpty();
    assertStateHeaders(released);
    pruneAll();
    Answer gone = api.get("/v1/kv/held/pruned?revision=" + first);
    assertThat(gone.json().get("code").asString()).isEqualTo("REVISION_PRUNED");
    assertNotFound(hold, api.delete(hold));
    assertNotFound(hold, api.get(hold));
    assertNotFound(hold, renew(hold, "{\"ttl\":\"PT1H\"}"));
  }

  private static void assertNotFound(String hold, Answer answer) {
    assertProblem(
        answer,
        Problem.of(
            404,
            "HOLD_NOT_FOUND",
            "Hold not found",
            "There is no hold of this id. If there was one, it was released, its time is up, or a"
                + " crash took its revision back. Make a new one.",
            hold));
  }

  @Test
  void hold_endsByItself() {
    add("{\"ttl\":\"PT0.001S\"}");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> api.get("/v1/status").json().get("holds").asInt() == 0);
    assertJson(api.get(PATH), 200, "{\"holds\":[]}");
  }

  @Test
  void renew_countsFromNow() {
    String hold = add("{\"ttl\":\"PT1H\",\"label\":\"x\"}");
    JsonNode before = api.get(hold).json();
    Answer renewed = renew(hold, "{\"ttl\":\"PT6H\"}");
    assertThat(renewed.status()).isEqualTo(200);
    assertThat(renewed.json().get("label").asString()).isEqualTo("x");
    assertThat(renewed.json().get("createdAt")).isEqualTo(before.get("createdAt"));
    assertThat(Instant.parse(renewed.json().get("expiresAt").asString()))
        .isAfter(Instant.parse(before.get("expiresAt").asString()).plus(Duration.ofHours(4)));
    assertThat(api.get(hold).body()).isEqualTo(renewed.body());
  }

  @Test
  void list_oldestRevisionFirst() {
    long first = api.put("/v1/kv/held/list", "1").revision();
    long second = api.put("/v1/kv/held/list", "2").revision();
    add("{\"ttl\":\"PT1H\",\"revision\":" + second + "}");
    add("{\"ttl\":\"PT1H\",\"revision\":" + first + "}");
    JsonNode holds = api.get(PATH).json().get("holds");
    assertThat(holds.get(0).get("revision").asLong()).isEqualTo(first);
    assertThat(holds.get(1).get("revision").asLong()).isEqualTo(second);
  }

  @Test
  void add_tooMany() {
    add("{\"ttl\":\"PT1H\"}");
    add("{\"ttl\":\"PT2H\"}");
    Answer refused = api.post(PATH, "{\"ttl\":\"PT1H\"}");
    JsonNode problem = refused.json();
    assertThat(refused.header("Retry-After")).isNotEmpty();
    assertProblem(
        refused,
        Problem.of(
                429,
                "TOO_MANY_REQUESTS",
                "Too many requests",
                "There are 2 holds, which is the limit. Release one or try later.",
                PATH)
            .worthARetry()
            .with("\"limit\":2,\"retryAfterMs\":" + problem.get("retryAfterMs").asLong()));
  }

  @Test
  void add_inTheFuture() {
    Answer refused = api.post(PATH, "{\"ttl\":\"PT1H\",\"revision\":9007199254740991}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().get("code").asString()).isEqualTo("REVISION_IN_FUTURE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | ttl",
        "{\"ttl\":null} | ttl",
        "{\"ttl\":\"6h\"} | ttl",
        "{\"ttl\":6} | ttl",
        "{\"ttl\":\"PT0S\"} | ttl",
        "{\"ttl\":\"-PT1S\"} | ttl",
        "{\"ttl\":\"PT168H0.001S\"} | ttl",
        "{\"ttl\":\"PT2562047788015215H\"} | ttl",
        "{\"ttl\":\"PT1H\",\"revision\":-1} | revision",
        "{\"ttl\":\"PT1H\",\"revision\":9007199254740992} | revision",
        "{\"ttl\":\"PT1H\",\"revision\":\"1\"} | revision",
        "{\"ttl\":\"PT1H\",\"label\":1} | label",
        "{\"ttl\":\"PT1H\",\"lable\":\"x\"} | lable",
        "'' | body"
      })
  void add_malformed(String body, String field) {
    Answer refused = api.post(PATH, body);
    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.json().get("code").asString()).isEqualTo("MALFORMED_REQUEST");
    assertThat(refused.json().get("field").asString()).isEqualTo(field);
    assertThat(api.get(PATH).json().get("holds")).isEmpty();
  }

  @Test
  void add_longLabel() {
    Answer refused = api.post(PATH, "{\"ttl\":\"PT1H\",\"label\":\"" + "x".repeat(129) + "\"}");
    assertThat(refused.json().get("field").asString()).isEqualTo("label");
  }

  @Test
  void add_withIdempotencyKey_isRefused() {
    assertProblem(
        api.send(
            "POST",
            PATH,
            "{\"ttl\":\"PT1H\"}",
            "Content-Type",
            "application/json",
            "Idempotency-Key",
            "once"),
        Problem.malformed(
            "Idempotency-Key",
            "This call keeps no answer under a key, so a retry would run again. Send it without"
                + " this header; docs/API.md tells what a repetition of each call does.",
            PATH));
  }

  @Test
  void renew_malformed() {
    String hold = add("{\"ttl\":\"PT1H\"}");
    assertProblem(
        renew(hold, "{}"), Problem.malformed("ttl", "Say how long, for instance PT6H.", hold));
    assertProblem(
        renew(hold, "{\"ttl\":\"PT169H\"}"),
        Problem.malformed("ttl", "The ttl must be above 0 and at most PT168H.", hold));
    assertProblem(
        renew(hold, "{\"ttl\":\"soon\"}"),
        Problem.malformed("ttl", "This must be a duration such as PT6H.", hold));
  }
}
