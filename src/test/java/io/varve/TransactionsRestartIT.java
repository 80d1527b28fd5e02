package io.varve;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api;
import io.varve.web.Api.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of transactions, and of the answers kept under idempotency keys, in a restart. */
final class TransactionsRestartIT {
  private static final String JSON = "application/json";

  @TempDir private Path temp;
  private final List<ServerProcess> started = new ArrayList<>();
  private Api api = new Api(0);

  @AfterEach
  void endProcesses() throws InterruptedException {
    for (ServerProcess server : started) {
      server.kill();
    }
  }

  private void start(String... arguments) throws IOException {
    String name = "server-" + started.size();
    started.add(ServerProcess.start(temp, name, List.of("-Xmx256m"), arguments));
    api = started.getLast().api();
  }

  private void killAndStart() throws Exception {
    started.getLast().kill();
    start();
  }

  private void stopAndStart(String... arguments) throws Exception {
    started.getLast().terminate();
    assertThat(started.getLast().awaitExit()).isZero();
    start(arguments);
  }

  private String begin() {
    Answer begun = api.post("/v1/transactions", "{}");
    assertThat(begun.status()).as(begun.body()).isEqualTo(201);
    return begun.header("Location");
  }

  private Answer commit(String transaction) {
    return api.send("POST", transaction + "/commit", "");
  }

  @Test
  void whatWasCommitted_isToldAlikeAfterKillsAndStops() throws Exception {
    start();
    String transaction = begin();
    api.put(transaction + "/kv/kept", "v");
    Answer committed = commit(transaction);
    assertThat(committed.status()).isEqualTo(200);
    String nothingWritten = begin();
    api.get(nothingWritten + "/kv/kept");
    Answer committedNothing = commit(nothingWritten);
    List<Supplier<Answer>> writes = keyedWrites(beginToWrite());
    List<Answer> answers = writes.stream().map(Supplier::get).toList();
    assertThat(answers).noneMatch(answer -> answer.status() >= 300);
    String open = begin();
    api.put(open + "/kv/never", "v");
    String rolledBack = begin();
    api.put(rolledBack + "/kv/never", "v");
    api.send("POST", rolledBack + "/rollback", "");

    killAndStart();
    assertCommitted(transaction, committed);
    assertCommitted(nothingWritten, committedNothing);
    assertReplayed(writes, answers);
    assertGone(open);
    assertGone(rolledBack);
    assertThat(api.get("/v1/kv/never").status()).isEqualTo(404);
    assertThat(api.get("/v1/status").json().get("activeTransactions").asInt()).isZero();
    assertThat(api.post("/v1/admin/flush", "").status()).isEqualTo(200);

    killAndStart();
    assertCommitted(transaction, committed);
    stopAndStart();
    assertCommitted(transaction, committed);
    assertCommitted(nothingWritten, committedNothing);
    assertReplayed(writes, answers);
    assertReusedKeyIsRefused();
    assertThat(api.get("/v1/kv/kept").body()).isEqualTo("v");
    assertThat(api.get("/v1/kv/w/n").body()).isEqualTo("5");
  }

  private void assertGone(String transaction) {
    for (Answer answer :
        List.of(
            api.get(transaction),
            api.get(transaction + "/kv/never"),
            api.put(transaction + "/kv/never", "v"),
            commit(transaction),
            api.send("POST", transaction + "/rollback", ""))) {
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.json().get("code").asString()).isEqualTo("TRANSACTION_NOT_FOUND");
    }
  }

  private void assertCommitted(String transaction, Answer committed) {
    Answer status = api.get(transaction);
    assertThat(status.status()).isEqualTo(200);
    assertThat(status.json().get("state").asString()).isEqualTo("COMMITTED");
    assertThat(status.json().get("revision")).isEqualTo(committed.json().get("revision"));
    Answer again = commit(transaction);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(committed.body());
    Answer rollback = api.send("POST", transaction + "/rollback", "");
    assertThat(rollback.status()).isEqualTo(410);
    assertThat(rollback.json().get("code").asString()).isEqualTo("TRANSACTION_FINISHED");
  }

  /** Writes of each kind, each under a key of its own, and a commit. */
  private List<Supplier<Answer>> keyedWrites(String transaction) {
    return List.of(
        () -> api.put("/v1/kv/w/put", "v", "Idempotency-Key", "k-put"),
        () -> api.delete("/v1/kv/w/put", "Idempotency-Key", "k-delete"),
        () -> api.delete("/v1/kv/w/none", "Idempotency-Key", "k-none"),
        () ->
            keyed(
                "/v1/txn",
                "{\"success\":[{\"add\":{\"key\":\"w/n\",\"delta\":5}},{\"get\":{\"key\":\"w/n\"}}]}",
                "k-txn"),
        () ->
            keyed(
                "/v1/txn",
                "{\"compare\":[{\"key\":\"w/absent\",\"exists\":true}],\"success\":[],"
                    + "\"failure\":[{\"get\":{\"key\":\"w/n\"}}]}",
                "k-read"),
        () ->
            keyed(
                "/v1/batch",
                "{\"operations\":[{\"put\":{\"key\":\"w/b\",\"value\":\"1\"}},"
                    + "{\"delete\":{\"key\":\"w/c\"}}]}",
                "k-batch"),
        () -> api.send("POST", transaction + "/commit", "", "Idempotency-Key", "k-commit"));
  }

  private Answer keyed(String path, String body, String key) {
    return api.send("POST", path, body, "Content-Type", JSON, "Idempotency-Key", key);
  }

  @Test
  void walOff_keyedWrites_areReplayedOnceTheyAreFlushed() throws Exception {
    String[] walOff = {"--spring.profiles.active=wal-off", "--varve.flush.interval=1h"};
    start(walOff);
    List<Supplier<Answer>> writes = keyedWrites(beginToWrite());
    List<Answer> answers = writes.stream().map(Supplier::get).toList();
    assertThat(answers).noneMatch(answer -> answer.status() >= 300);
    assertThat(api.post("/v1/admin/flush", "").status()).isEqualTo(200);
    Answer unflushed = api.put("/v1/kv/w/lost", "v", "Idempotency-Key", "k-lost");
    assertThat(unflushed.status()).isEqualTo(201);

    started.getLast().kill();
    start(walOff);
    assertReplayed(writes, answers);
    Answer lost = api.put("/v1/kv/w/lost", "v", "Idempotency-Key", "k-lost");
    assertThat(lost.status()).as("lost with its commit").isEqualTo(201);
    assertThat(lost.header("Idempotency-Replayed")).isEmpty();
    stopAndStart(walOff);
    assertReplayed(writes, answers);
    assertThat(api.put("/v1/kv/w/lost", "v", "Idempotency-Key", "k-lost").body())
        .isEqualTo(lost.body());
  }

  private String beginToWrite() {
    String transaction = begin();
    assertThat(api.put(transaction + "/kv/w/t", "v").status()).isEqualTo(202);
    return transaction;
  }

  private static void assertReplayed(List<Supplier<Answer>> writes, List<Answer> answers) {
    for (int i = 0; i < writes.size(); i++) {
      Answer first = answers.get(i);
      Answer again = writes.get(i).get();
      assertThat(again.status()).as("write %d: %s", i, again.body()).isEqualTo(first.status());
      assertThat(again.bytes()).as("write %d", i).isEqualTo(first.bytes());
      assertThat(again.header("Idempotency-Replayed")).as("write %d", i).isEqualTo("true");
      assertThat(again.revision()).as("write %d", i).isEqualTo(first.revision());
      assertThat(again.etag()).as("write %d", i).isEqualTo(first.etag());
      assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
    }
  }

  private void assertReusedKeyIsRefused() {
    Answer other = api.put("/v1/kv/w/put", "other", "Idempotency-Key", "k-put");
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.json().get("code").asString()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
  }
}
