package io.varve.web;

import static io.varve.web.Api.assertJson;
import static io.varve.web.Api.assertProblem;
import static io.varve.web.Api.assertStateHeaders;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Interactive transactions. */
@VarveServer
final class TransactionsIT {
  private static final String PATH = "/v1/transactions";

  @LocalServerPort private int port;
  private Api api = new Api(0);
  private final List<String> begun = new ArrayList<>();

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  /** What is left open would keep prune from what other tests want pruned. */
  @AfterEach
  void rollBackAll() {
    begun.forEach(id -> api.post(PATH + "/" + id + "/rollback", ""));
  }

  private Answer beginAny(String body) {
    Answer answer = api.post(PATH, body);
    if (answer.status() == 201) {
      begun.add(answer.json().get("id").asString());
    }
    return answer;
  }

  private String begin(String body) {
    Answer answer = beginAny(body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return PATH + "/" + begun.getLast();
  }

  private Answer commit(String transaction) {
    return api.post(transaction + "/commit", "");
  }

  private static String id(String transaction) {
    return transaction.substring(PATH.length() + 1);
  }

  @Test
  void begin_tellsWhatItReadsAndUntilWhen() {
    long revision = api.put("/v1/kv/tx/begin", "v").revision();
    Answer begun =
        beginAny("{\"isolation\":\"SNAPSHOT\",\"timeout\":\"PT20S\",\"label\":\"invoices\"}");
    JsonNode json = begun.json();
    String id = json.get("id").asString();
    assertThat(begun.status()).isEqualTo(201);
    assertThat(id).matches("[0-9a-f]{32}");
    assertThat(begun.header("Location")).isEqualTo(PATH + "/" + id);
    assertThat(begun.revision()).isEqualTo(revision);
    assertStateHeaders(begun);
    String expiresAt = json.get("expiresAt").asString();
    String open =
        "{\"id\":\""
            + id
            + "\",\"state\":\"ACTIVE\",\"isolation\":\"SNAPSHOT\",\"readOnly\":false,"
            + "\"snapshotRevision\":"
            + revision
            + ",\"expiresAt\":\""
            + expiresAt
            + "\",\"label\":\"invoices\"}";
    assertThat(begun.body()).isEqualTo(open);
    assertThat(Instant.parse(expiresAt)).isAfter(Instant.now(Clock.systemUTC()));
    assertJson(api.get(PATH + "/" + id), 200, open);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | SERIALIZABLE | false",
        "{} | SERIALIZABLE | false",
        "{\"readOnly\":true} | READ_ONLY | true",
        "{\"isolation\":\"READ_ONLY\"} | READ_ONLY | true",
        "{\"isolation\":\"SERIALIZABLE\",\"readOnly\":true} | READ_ONLY | true",
        "{\"isolation\":\"SNAPSHOT\",\"readOnly\":false} | SNAPSHOT | false"
      })
  void begin_isolation(String body, String isolation, boolean readOnly) {
    JsonNode begun = beginAny(body).json();
    assertThat(begun.get("isolation").asString()).isEqualTo(isolation);
    assertThat(begun.get("readOnly").asBoolean()).isEqualTo(readOnly);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"isolation\":\"NONE\"} | isolation",
        "{\"isolation\":1} | isolation",
        "{\"isolation\":\"READ_ONLY\",\"readOnly\":false} | readOnly",
        "{\"readOnly\":\"yes\"} | readOnly",
        "{\"timeout\":\"10\"} | timeout",
        "{\"timeout\":\"PT0S\"} | timeout",
        "{\"timeout\":\"-PT1S\"} | timeout",
        "{\"timeout\":\"PT5M1S\"} | timeout",
        "{\"timeout\":\"PT999999999999H\"} | timeout",
        "{\"revision\":1} | revision",
        "{\"readOnly\":true,\"revision\":-1} | revision",
        "{\"readOnly\":true,\"revision\":9007199254740992} | revision",
        "{\"lable\":\"x\"} | lable",
        "[] | body"
      })
  void begin_badRequest(String body, String field) {
    Answer refused = beginAny(body);
    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.json().get("code").asString()).isEqualTo("MALFORMED_REQUEST");
    assertThat(refused.json().get("field").asString()).isEqualTo(field);
  }

  @Test
  void begin_ofThePast_readsIt() {
    long old = api.put("/v1/kv/tx/past", "old").revision();
    api.put("/v1/kv/tx/past", "new");
    String transaction = begin("{\"readOnly\":true,\"revision\":" + old + "}");
    Answer read = api.get(transaction + "/kv/tx/past");
    assertThat(read.body()).isEqualTo("old");
    assertThat(read.revision()).isEqualTo(old);
    Answer future = beginAny("{\"readOnly\":true,\"revision\":9007199254740991}");
    assertThat(future.json().get("code").asString()).isEqualTo("REVISION_IN_FUTURE");
  }

  @Test
  void readOnly_refusesWrites() {
    String transaction = begin("{\"readOnly\":true}");
    assertProblem(
        api.put(transaction + "/kv/tx/k", "v"),
        Problem.malformed(
            "isolation",
            "The transaction is READ_ONLY. Begin one that may write.",
            transaction + "/kv/tx/k"));
  }

  @Test
  void writes_areSeenInsideOnlyUntilTheCommit() {
    api.put("/v1/kv/tx/seen/old", "old", "Content-Type", "text/plain");
    String transaction = begin("{}");
    Answer put =
        api.put(transaction + "/kv/tx/seen/new", "new", "Content-Type", "application/x-thing");
    assertThat(put.body()).isEqualTo("{\"buffered\":true}");
    assertThat(put.status()).isEqualTo(202);
    Answer delete = api.delete(transaction + "/kv/tx/seen/old");
    assertThat(delete.body()).isEqualTo("{\"buffered\":true}");
    assertThat(delete.status()).isEqualTo(202);

    Answer own = api.get(transaction + "/kv/tx/seen/new");
    assertThat(own.body()).isEqualTo("new");
    assertThat(own.header("Content-Type")).isEqualTo("application/x-thing");
    assertThat(own.etag()).as("a write that is not committed has no tag").isEmpty();
    assertThat(api.get(transaction + "/kv/tx/seen/old").status()).isEqualTo(404);
    assertThat(api.get("/v1/kv/tx/seen/new").status()).isEqualTo(404);
    assertThat(api.get("/v1/kv/tx/seen/old").body()).isEqualTo("old");

    Answer committed = commit(transaction);
    long revision = committed.revision();
    assertJson(
        committed,
        200,
        "{\"id\":\""
            + id(transaction)
            + "\",\"state\":\"COMMITTED\",\"revision\":"
            + revision
            + ",\"durableRevision\":"
            + revision
            + "}");
    assertThat(api.get("/v1/kv/tx/seen/new").revision()).isEqualTo(revision);
    assertThat(api.get("/v1/kv/tx/seen/old").status()).isEqualTo(404);
    assertThat(commit(transaction).body()).isEqualTo(committed.body());
    assertJson(api.get(transaction), 200, committed.body());
    assertThat(api.post("/v1/admin/flush", "").status()).isEqualTo(200);
    assertThat(commit(transaction).body()).isEqualTo(committed.body());
  }

  @Test
  void snapshot_doesNotMove() {
    api.put("/v1/kv/tx/still", "1");
    String transaction = begin("{}");
    api.put("/v1/kv/tx/still", "2");
    Answer read = api.get(transaction + "/kv/tx/still");
    assertThat(read.body()).isEqualTo("1");
    assertThat(read.etag()).endsWith("-" + read.revision() + "\"");
    assertThat(api.head(transaction + "/kv/tx/still").header("Content-Length")).isEqualTo("1");
    assertThat(
            api.get(transaction + "/kv/tx/still", "Accept", "application/json")
                .json()
                .get("value")
                .asString())
        .isEqualTo("1");
  }

  @Test
  void conditions_areJudgedAtTheSnapshot() {
    Answer put = api.put("/v1/kv/tx/judged", "1");
    String transaction = begin("{}");
    assertThat(api.put(transaction + "/kv/tx/judged", "2", "If-None-Match", "*").status())
        .isEqualTo(412);
    assertThat(api.put(transaction + "/kv/tx/judged", "2", "If-Match", put.etag()).status())
        .isEqualTo(202);
    assertThat(api.delete(transaction + "/kv/tx/nothing", "If-Match", "*").status()).isEqualTo(412);
    assertThat(api.get(transaction + "/kv/tx/judged").body()).isEqualTo("2");
  }

  @Test
  void keysOfAnyBytes() {
    String transaction = begin("{}");
    assertThat(api.put(transaction + "/kv-b64/AP8", "v").status()).isEqualTo(202);
    assertThat(api.get(transaction + "/kv-b64/AP8").body()).isEqualTo("v");
    assertThat(api.delete(transaction + "/kv-b64/AP8").status()).isEqualTo(202);
    assertThat(api.get(transaction + "/kv-b64/AP8").status()).isEqualTo(404);
    Answer unsafe = api.get(transaction + "/kv/tx/a;b");
    assertThat(unsafe.json().get("code").asString()).isEqualTo("KEY_NOT_PATH_SAFE");
  }

  @Test
  void entries_mixTheSnapshotAndOwnWrites() {
    long revision = api.put("/v1/kv/tx/range/b", "old").revision();
    api.put("/v1/kv/tx/range/d", "gone");
    String transaction = begin("{}");
    api.put("/v1/kv/tx/range/a", "too late");
    api.put(transaction + "/kv/tx/range/c", "own");
    api.delete(transaction + "/kv/tx/range/d");
    Answer first = api.get(transaction + "/entries?prefix=tx/range/&limit=1");
    long snapshot = first.revision();
    String token = first.json().get("nextPageToken").asString();
    assertJson(
        first,
        200,
        "{\"revision\":"
            + snapshot
            + ",\"entries\":[{\"key\":\"tx/range/b\",\"value\":\"old\",\"revision\":"
            + revision
            + "}],\"nextPageToken\":\""
            + token
            + "\"}");
    assertThat(api.get(transaction + "/entries?pageToken=" + token + "&keysOnly=true").body())
        .isEqualTo(
            "{\"revision\":"
                + snapshot
                + ",\"entries\":[{\"key\":\"tx/range/c\",\"revision\":0}]}");
    for (String elsewhere : new String[] {"/v1/entries", begin("{}") + "/entries"}) {
      Answer refused = api.get(elsewhere + "?pageToken=" + token);
      assertThat(refused.json().get("code").asString()).isEqualTo("INVALID_PAGE_TOKEN");
    }
    assertThat(api.get(transaction + "/entries?revision=1").json().get("field").asString())
        .isEqualTo("revision");
  }

  @Test
  void operations_seeEachOther() {
    api.put("/v1/kv/tx/ops/1", "5");
    String transaction = begin("{}");
    Answer done =
        api.post(
            transaction + "/operations",
            "{\"operations\":[{\"add\":{\"key\":\"tx/ops/1\",\"delta\":2}},"
                + "{\"put\":{\"key\":\"tx/ops/2\",\"value\":\"x\"}},{\"get\":{\"key\":\"tx/ops/2\"}},"
                + "{\"delete\":{\"key\":\"tx/ops/3\"}},{\"delete\":{\"key\":\"tx/ops/2\"}},"
                + "{\"scan\":{\"prefix\":\"tx/ops/\"}},{\"get\":{\"key\":\"tx/ops/2\"}}]}");
    assertJson(
        done,
        200,
        "{\"results\":[{\"add\":{\"value\":7,\"text\":\"7\"}},{\"put\":{\"buffered\":true}},"
            + "{\"get\":{\"entry\":{\"key\":\"tx/ops/2\",\"value\":\"x\",\"revision\":0}}},"
            + "{\"delete\":{\"deleted\":false}},{\"delete\":{\"deleted\":true}},"
            + "{\"scan\":{\"entries\":[{\"key\":\"tx/ops/1\",\"value\":\"7\",\"revision\":0}]}},"
            + "{\"get\":{\"entry\":null}}]}");
    assertThat(commit(transaction).status()).isEqualTo(200);
    assertThat(api.get("/v1/kv/tx/ops/1").body()).isEqualTo("7");
  }

  @Test
  void operationsThatFail_leaveWhatWasBefore() {
    String transaction = begin("{}");
    api.put(transaction + "/kv/tx/atom/n", "text");
    Answer failed =
        api.post(
            transaction + "/operations",
            "{\"operations\":[{\"put\":{\"key\":\"tx/atom/a\",\"value\":\"1\"}},"
                + "{\"put\":{\"key\":\"tx/atom/n\",\"value\":\"other\"}},"
                + "{\"add\":{\"key\":\"tx/atom/n\",\"delta\":1}}]}");
    assertThat(failed.json().get("code").asString()).isEqualTo("NOT_A_NUMBER");
    assertThat(api.get(transaction + "/kv/tx/atom/a").status()).isEqualTo(404);
    assertThat(api.get(transaction + "/kv/tx/atom/n").body()).isEqualTo("text");
    assertThat(commit(transaction).status()).isEqualTo(200);
    assertThat(api.get("/v1/kv/tx/atom/n").body()).isEqualTo("text");
  }

  @Test
  void conflict_namesTheOther() {
    long before = api.put("/v1/kv/tx/fought", "0").revision();
    String loser = begin("{\"label\":\"loser\"}");
    String winner = begin("{\"label\":\"winner\"}");
    api.get(loser + "/kv/tx/fought");
    api.put(loser + "/kv/tx/fought", "1");
    api.put(winner + "/kv/tx/fought", "2");
    long won = commit(winner).revision();
    Answer lost = commit(loser);
    assertProblem(
        lost,
        Problem.of(
                409,
                "TRANSACTION_CONFLICT",
                "Transaction conflict",
                "Key tx/fought was written at revision "
                    + won
                    + ", after this transaction's snapshot "
                    + before
                    + ".",
                loser + "/commit")
            .worthARetry()
            .with(
                "\"conflicts\":[{\"key\":\"tx/fought\",\"kind\":\"READ_WRITE\",\"snapshotRevision\":"
                    + before
                    + ",\"conflictRevision\":"
                    + won
                    + ",\"transactionId\":\""
                    + id(winner)
                    + "\",\"label\":\"winner\"}]"));
    assertThat(commit(loser).body()).as("told again").isEqualTo(lost.body());
    assertJson(api.get(loser), 200, "{\"id\":\"" + id(loser) + "\",\"state\":\"CONFLICTED\"}");
    assertThat(api.get(loser + "/kv/tx/fought").json().get("code").asString())
        .isEqualTo("TRANSACTION_FINISHED");
    assertThat(api.get("/v1/kv/tx/fought").body()).isEqualTo("2");
  }

  @Test
  void rollback_forgetsWritesAndCanBeRepeated() {
    String transaction = begin("{}");
    api.put(transaction + "/kv/tx/rolled", "v");
    String rolledBack = "{\"id\":\"" + id(transaction) + "\",\"state\":\"ROLLED_BACK\"}";
    assertJson(api.post(transaction + "/rollback", ""), 200, rolledBack);
    assertJson(api.post(transaction + "/rollback", ""), 200, rolledBack);
    assertJson(api.get(transaction), 200, rolledBack);
    assertProblem(
        commit(transaction),
        Problem.of(
                410,
                "TRANSACTION_FINISHED",
                "Transaction is finished",
                "The transaction has ended: it is ROLLED_BACK. Begin a new one.",
                transaction + "/commit")
            .with("\"state\":\"ROLLED_BACK\""));
    assertThat(api.get("/v1/kv/tx/rolled").status()).isEqualTo(404);
  }

  @Test
  void rollback_ofACommittedOne_isRefused() {
    String transaction = begin("{}");
    api.put(transaction + "/kv/tx/kept", "v");
    commit(transaction);
    Answer refused = api.post(transaction + "/rollback", "");
    assertThat(refused.status()).isEqualTo(410);
    assertThat(refused.json().get("state").asString()).isEqualTo("COMMITTED");
    assertThat(api.get("/v1/kv/tx/kept").body()).isEqualTo("v");
  }

  @Test
  void timeout_rollsBack() {
    String transaction = begin("{\"timeout\":\"PT0.05S\"}");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> api.get(transaction).json().get("state").asString().equals("EXPIRED"));
    for (Answer late :
        new Answer[] {
          api.get(transaction + "/kv/tx/k"),
          api.put(transaction + "/kv/tx/k", "v"),
          commit(transaction),
          api.post(transaction + "/rollback", "")
        }) {
      assertThat(late.status()).isEqualTo(410);
      assertThat(late.json().get("code").asString()).isEqualTo("TRANSACTION_EXPIRED");
      assertThat(late.json().get("retryable").asBoolean()).isTrue();
    }
  }

  @Test
  void unknown_isNotFound() {
    for (String id : new String[] {"0123456789abcdef0123456789abcdef", "x", "%20"}) {
      String transaction = PATH + "/" + id;
      for (Answer answer :
          new Answer[] {
            api.get(transaction),
            api.get(transaction + "/kv/tx/k"),
            api.put(transaction + "/kv/tx/k", "v"),
            api.post(transaction + "/operations", "{\"operations\":[]}"),
            commit(transaction),
            api.post(transaction + "/rollback", "")
          }) {
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().get("code").asString()).isEqualTo("TRANSACTION_NOT_FOUND");
        assertStateHeaders(answer);
      }
    }
  }

  @Test
  void commit_withIdempotencyKey_isReplayed() {
    String transaction = begin("{}");
    api.put(transaction + "/kv/tx/once", "v");
    Answer first = api.send("POST", transaction + "/commit", "", "Idempotency-Key", "commit-1");
    assertThat(first.status()).isEqualTo(200);
    Answer again = api.send("POST", transaction + "/commit", "", "Idempotency-Key", "commit-1");
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    String other = begin("{}");
    assertThat(api.send("POST", other + "/commit", "", "Idempotency-Key", "commit-1").status())
        .isEqualTo(422);
    assertThat(api.get(other).json().get("state").asString()).isEqualTo("ACTIVE");
  }

  @Test
  void commitOfNothing_isAnsweredWithWhatWasRead() {
    long revision = api.put("/v1/kv/tx/read-only", "v").revision();
    for (String body : new String[] {"{}", "{\"readOnly\":true}"}) {
      String transaction = begin(body);
      api.get(transaction + "/kv/tx/read-only");
      Answer committed = commit(transaction);
      assertThat(committed.json().get("revision").asLong()).isGreaterThanOrEqualTo(revision);
      assertThat(committed.json().get("state").asString()).isEqualTo("COMMITTED");
      assertThat(commit(transaction).body()).isEqualTo(committed.body());
    }
  }

  @Test
  void commitWithABody_isRefused() {
    String transaction = begin("{}");
    assertThat(api.post(transaction + "/commit", "{}").json().get("field").asString())
        .isEqualTo("body");
    assertThat(api.get(transaction).json().get("state").asString()).isEqualTo("ACTIVE");
  }

  @Test
  void secondCallAtOnce_isRefused() throws Exception {
    String transaction = begin("{}");
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> first =
          executor.submit(() -> api.post("/test/hold?transaction=" + id(transaction), ""));
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> api.get("/test/held").body().equals("true"));
      assertProblem(
          api.get(transaction + "/kv/tx/k"),
          Problem.of(
                  409,
                  "TRANSACTION_BUSY",
                  "Transaction is busy",
                  "Another call to this transaction is running. Send one call at a time.",
                  transaction + "/kv/tx/k")
              .worthARetry());
      assertThat(commit(transaction).status()).isEqualTo(409);
      assertThat(api.post("/test/let-go", "").status()).isEqualTo(200);
      assertThat(first.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
    }
    assertThat(commit(transaction).status()).isEqualTo(200);
  }
}
