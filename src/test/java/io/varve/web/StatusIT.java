package io.varve.web;

import static io.varve.web.Api.assertJson;
import static io.varve.web.Api.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Status, limits and upkeep on demand. */
@VarveServer
final class StatusIT {
  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  @Test
  void limits_areThoseInForce() {
    int processors = Runtime.getRuntime().availableProcessors();
    assertJson(
        api.get("/v1/limits"),
        200,
        "{\"keyBytes\":4096,\"valueBytes\":8388608,\"requestBytes\":25165824,"
            + "\"resultBytes\":16777216,\"pageEntries\":10000,\"pageEntriesDefault\":1000,"
            + "\"pageBytes\":4194304,\"pageLease\":\"PT1M\",\"transactionOperations\":10000,"
            + "\"transactionBytes\":16777216,\"transactionTimeout\":\"PT10S\","
            + "\"transactionAttempts\":16,\"activeTransactions\":10000,"
            + "\"transactionMaxTimeout\":\"PT5M\",\"openTransactionBytes\":134217728,"
            + "\"idempotencyKeyLength\":128,\"idempotencyKeep\":\"PT24H\","
            + "\"idempotencyAnswerBytes\":65536,\"labelLength\":128,\"bytesInFlight\":"
            + Runtime.getRuntime().maxMemory() / 4
            + ",\"holds\":100,\"holdMaxTtl\":\"PT168H\",\"concurrency\":{\"reads\":256,\"writes\":1024,\"scans\":16,\"streams\":64,"
            + "\"bulkLoads\":4,\"waiting\":1024,\"maxWait\":\"PT1S\"},"
            + "\"threads\":{\"work\":"
            + processors
            + ",\"writes\":"
            + Math.max(2, processors)
            + ",\"jobs\":4}}");
  }

  @Test
  void status_tellsRevisionsAndLag() {
    api.post("/v1/admin/flush", "");
    api.post("/v1/admin/prune", "");
    long keys = api.get("/v1/status").json().get("keys").asLong();
    long revision = api.put("/v1/kv/status", "v").revision();
    Answer answer = api.get("/v1/status");
    JsonNode status = answer.json();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(status.get("version").asString()).isNotEmpty();
    assertThat(status.get("storeId").asString()).isEqualTo(answer.storeId());
    assertThat(status.get("state").asString()).isEqualTo("OPEN");
    assertThat(status.get("durability").asString()).isEqualTo("SYNC_ON_COMMIT");
    assertThat(status.get("revision").asLong()).isEqualTo(revision);
    assertThat(status.get("durableRevision").asLong()).isEqualTo(revision);
    assertThat(status.get("flushedRevision").asLong()).isLessThan(revision);
    assertThat(status.get("keys").asLong()).isEqualTo(keys + 1);
    assertThat(status.get("versions").asLong()).isGreaterThanOrEqualTo(keys + 1);
    assertThat(status.get("lag").get("revisions").asLong()).isEqualTo(1);
    assertThat(status.get("lag").get("bytes").asLong()).isPositive();
    assertThat(status.get("lag").get("seconds").asLong()).isNotNegative();
    assertThat(status.get("diskFreeBytes").asLong()).isPositive();
    assertThat(status.get("limits")).isEqualTo(api.get("/v1/limits").json());
  }

  @Test
  void flush_tellsWhatItDid() {
    api.post("/v1/admin/flush", "");
    api.put("/v1/kv/flushed", "1");
    long revision = api.put("/v1/kv/flushed", "2").revision();
    Answer flush = api.send("POST", "/v1/admin/flush", "");
    long bytes = flush.json().get("bytes").asLong();
    long lastDurationMs = flush.json().get("lastDurationMs").asLong();
    assertThat(bytes).isPositive();
    assertJson(
        flush,
        200,
        "{\"runs\":1,\"failures\":0,\"commits\":2,\"keys\":1,\"versions\":2,"
            + "\"collapsedVersions\":0,\"bytes\":"
            + bytes
            + ",\"lastRevision\":"
            + revision
            + ",\"lastDurationMs\":"
            + lastDurationMs
            + "}");
    JsonNode status = api.get("/v1/status").json();
    assertThat(status.get("flushedRevision").asLong()).isEqualTo(revision);
    assertThat(status.get("lag").get("revisions").asLong()).isZero();
    assertThat(status.get("flush").get("runs").asLong()).isGreaterThanOrEqualTo(2);
    assertThat(status.get("flush").get("lastRevision").asLong()).isEqualTo(revision);
  }

  @Test
  void prune_dryRun_removesNothing() {
    long first = superseded("dry");
    Answer dry =
        api.post("/v1/admin/prune", "{\"keepVersions\":1,\"keepAge\":\"PT0S\",\"dryRun\":true}");
    assertThat(dry.status()).isEqualTo(200);
    assertThat(dry.json().get("dryRun").asBoolean()).isTrue();
    assertThat(dry.json().get("versions").asLong()).isPositive();
    assertThat(api.get("/v1/kv/dry?revision=" + first).status()).isEqualTo(200);
  }

  @Test
  void prune_strict_removesWhatIsSuperseded() {
    long first = superseded("strict");
    Answer prune = api.post("/v1/admin/prune", "{\"keepVersions\":1,\"keepAge\":\"PT0S\"}");
    assertThat(prune.status()).isEqualTo(200);
    assertThat(prune.json().get("versions").asLong()).isPositive();
    assertThat(prune.json().get("complete").asBoolean()).isTrue();
    assertThat(prune.json().get("prunedToRevision").asLong()).isGreaterThan(first);
    assertThat(api.get("/v1/history?key=strict").json().get("versions")).hasSize(1);
    assertThat(api.get("/v1/status").json().get("prune").get("runs").asLong()).isPositive();
  }

  @Test
  void prune_withoutBody_keepsToTheSettings() {
    long first = superseded("young");
    Answer prune = api.send("POST", "/v1/admin/prune", "");
    assertThat(prune.status()).isEqualTo(200);
    assertThat(api.get("/v1/kv/young?revision=" + first).body()).isEqualTo("1");
  }

  @Test
  void compact_isBegun() {
    long first = superseded("compacted");
    Answer answer = startCompaction();
    assertJson(answer, 202, "{\"state\":\"RUNNING\"}");
    assertThat(api.get("/v1/kv/compacted?revision=" + first).body()).isEqualTo("1");
    Answer again = startCompaction();
    assertThat(again.status()).as("once the first is done").isEqualTo(202);
  }

  /** Begins one as soon as none is running. */
  private Answer startCompaction() {
    return await()
        .until(
            () -> {
              Answer answer = api.post("/v1/admin/compact", "");
              if (answer.status() == 409) {
                assertProblem(
                    answer,
                    Problem.of(
                            409,
                            "JOB_RUNNING",
                            "Job is running",
                            "The compact job is running. Try again when it has finished.",
                            "/v1/admin/compact")
                        .worthARetry()
                        .with("\"job\":\"compact\""));
              }
              return answer;
            },
            answer -> answer.status() != 409);
  }

  private long superseded(String key) {
    long first = api.put("/v1/kv/" + key, "1").revision();
    api.put("/v1/kv/" + key, "2");
    api.send("POST", "/v1/admin/flush", "");
    return first;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'keepVersions':0} | keepVersions | This must be 1 or more.",
        "{'keepVersions':'3'} | keepVersions | This must be an integer of at most 64 bits.",
        "{'keepVersions':3000000000} | keepVersions | This must be an integer of at most 64 bits.",
        "{'keepAge':'1h'} | keepAge | This must be a duration such as PT1H.",
        "{'keepAge':'-PT1H'} | keepAge | This must be a duration such as PT1H.",
        "{'keepAge':3600} | keepAge | This must be a string.",
        "{'dryRun':1} | dryRun | This must be true or false.",
        "{'all':true} | all | There is no such field here."
      })
  void prune_badBody_isRefused(String body, String field, String detail) {
    assertProblem(
        api.post("/v1/admin/prune", body.replace('\'', '"')),
        Problem.malformed(field, detail, "/v1/admin/prune"));
  }
}
