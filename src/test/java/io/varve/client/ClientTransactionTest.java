package io.varve.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An open transaction, and what becomes of its commit. */
final class ClientTransactionTest {
  private static final String COMMIT = "POST /v1/transactions/t1/commit";
  private static final String ROLLBACK = "POST /v1/transactions/t1/rollback";
  private static final String STATUS = "GET /v1/transactions/t1";
  private static final RetryPolicy POLICY =
      new RetryPolicy(2, Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(20));

  private final ScriptedServer server = new ScriptedServer();
  private final VarveClient client =
      VarveClient.builder(server.uri())
          .retry(POLICY)
          .build(new ManualSurroundings().surroundings());

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private ClientTransaction begun() {
    server.json(
        201,
        "{'id':'t1','isolation':'SERIALIZABLE','readOnly':false,'snapshotRevision':9,"
            + "'expiresAt':'2026-01-01T00:00:10Z'}");
    return client.begin();
  }

  @Test
  void calls_goToTheTransaction() {
    try (ClientTransaction transaction = begun()) {
      assertThat(transaction.id()).isEqualTo("t1");
      assertThat(transaction.snapshotRevision()).isEqualTo(9);
      assertThat(transaction.expiresAt()).isEqualTo(Instant.parse("2026-01-01T00:00:10Z"));
      server
          .raw("text/plain", "own")
          .json(202, "{'buffered':true}")
          .json(202, "{'buffered':true}")
          .json(200, "{'entries':[{'key':'a','value':'1','revision':3}]}")
          .json(200, "{'results':[{'put':{'buffered':true}},{'add':{'value':5}}]}")
          .json(200, "{'id':'t1','state':'ACTIVE'}")
          .json(200, "{'id':'t1','state':'COMMITTED','revision':10,'durableRevision':8}");
      assertThat(transaction.get("k").orElseThrow().revision()).isZero();
      transaction.put("a b", "v");
      transaction.delete("k");
      assertThat(transaction.scan(Scan.all())).hasSize(1);
      assertThat(transaction.run(Operation.put("a", "1"), Operation.add("n", 1)).sum(1))
          .isEqualTo(5);
      assertThat(transaction.status())
          .isEqualTo(new TransactionStatus("t1", TransactionState.ACTIVE, null));
      assertThat(transaction.commit()).isEqualTo(new CommitOutcome.Committed(10, 8));
      assertThat(transaction.commit()).isEqualTo(new CommitOutcome.Committed(10, 8));
    }
    assertThat(server.asked())
        .containsExactly(
            "POST /v1/transactions",
            "GET /v1/transactions/t1/kv/k",
            "PUT /v1/transactions/t1/kv-b64/YSBi",
            "DELETE /v1/transactions/t1/kv/k",
            "GET /v1/transactions/t1/entries",
            "POST /v1/transactions/t1/operations",
            STATUS,
            COMMIT);
    assertThat(server.keys()).containsExactly("", "", "", "", "", "", "", "name1");
  }

  @Test
  void close_rollsBack() {
    try (ClientTransaction transaction = begun()) {
      assertThat(transaction.id()).isEqualTo("t1");
      server.json(200, "{'id':'t1','state':'ROLLED_BACK'}");
    }
    assertThat(server.asked()).containsExactly("POST /v1/transactions", ROLLBACK);
  }

  @Test
  void close_throwsNothing_andTriesOnce() {
    try (ClientTransaction transaction = begun()) {
      assertThat(transaction.id()).isEqualTo("t1");
      server.problem(503, "SHUTTING_DOWN", "");
    }
    assertThat(server.asked()).containsExactly("POST /v1/transactions", ROLLBACK);
  }

  @Test
  void lostWrite_isNotSentAgain_andBreaksTheTransaction() {
    ClientTransaction transaction = begun();
    server.lose();
    assertThatThrownBy(() -> transaction.put("k", "v")).hasMessageContaining("NO_ANSWER");
    assertThat(server.asked()).hasSize(2);
    assertThat(transaction.broken()).isNotNull();
  }

  @Test
  void busyTransaction_isAskedAgain() {
    ClientTransaction transaction = begun();
    server.problem(409, "TRANSACTION_BUSY", "").json(202, "{'buffered':true}");
    transaction.put("k", "v");
    assertThat(server.asked()).hasSize(3);
    assertThat(transaction.broken()).isNull();
  }

  @Test
  void conflict_isAnOutcome() {
    try (ClientTransaction transaction = begun()) {
      server.problem(
          409,
          "TRANSACTION_CONFLICT",
          ",'conflicts':[{'key':'k','kind':'READ_WRITE','snapshotRevision':9,"
              + "'conflictRevision':12,'label':'x'}]");
      assertThat(((CommitOutcome.Conflicted) transaction.commit()).conflicts())
          .containsExactly(new Conflict(VarveKey.of("k"), "READ_WRITE", 9, 12));
    }
    assertThat(server.asked()).containsExactly("POST /v1/transactions", COMMIT);
  }

  @Test
  void lostCommit_isSentAgainAsItWas() {
    ClientTransaction transaction = begun();
    server.lose().json(200, "{'id':'t1','state':'COMMITTED','revision':10,'durableRevision':8}");
    assertThat(transaction.commit()).isEqualTo(new CommitOutcome.Committed(10, 8));
    assertThat(server.asked().subList(1, 3)).containsExactly(COMMIT, COMMIT);
    assertThat(server.keys().subList(1, 3)).containsExactly("name1", "name1");
  }

  @Test
  void lostCommit_isKnownByItsState() {
    ClientTransaction transaction = begun();
    server.lose().lose().json(200, "{'id':'t1','state':'COMMITTED','revision':10}");
    assertThat(transaction.commit()).isEqualTo(new CommitOutcome.Committed(10, 5));
    assertThat(server.asked().subList(1, 4)).containsExactly(COMMIT, COMMIT, STATUS);
  }

  @Test
  void forgottenTransaction_isKnownByItsState() {
    ClientTransaction committed = begun();
    server
        .problem(404, "TRANSACTION_NOT_FOUND", "")
        .json(200, "{'id':'t1','state':'COMMITTED','revision':10}");
    assertThat(committed.commit()).isEqualTo(new CommitOutcome.Committed(10, 5));
    ClientTransaction gone = begun();
    server.problem(404, "TRANSACTION_NOT_FOUND", "").problem(404, "TRANSACTION_NOT_FOUND", "");
    assertThat(gone.commit()).isInstanceOf(CommitOutcome.RolledBack.class);
  }

  @Test
  void otherEnds_areOutcomes() {
    for (String state : List.of("CONFLICTED", "EXPIRED", "ROLLED_BACK")) {
      ClientTransaction transaction = begun();
      server.lose().lose().json(200, "{'id':'t1','state':'" + state + "'}");
      assertThat(transaction.commit()).isNotInstanceOf(CommitOutcome.Committed.class);
    }
    ClientTransaction transaction = begun();
    server.problem(410, "TRANSACTION_EXPIRED", "");
    assertThat(transaction.commit())
        .isInstanceOfSatisfying(
            CommitOutcome.RolledBack.class,
            outcome -> assertThat(outcome.problem().code()).isEqualTo("TRANSACTION_EXPIRED"));
  }

  @Test
  void commitOfUnknownFate_isSaid_andMayBeAskedForAgain() {
    try (ClientTransaction transaction = begun()) {
      server.lose().lose().json(200, "{'id':'t1','state':'ACTIVE'}");
      assertThatThrownBy(transaction::commit).isInstanceOf(UnknownOutcomeException.class);
      server.lose().lose().problem(401, "UNAUTHENTICATED", "");
      assertThatThrownBy(transaction::commit)
          .isInstanceOf(UnknownOutcomeException.class)
          .hasMessageContaining("POST /v1/transactions/t1/commit");
    }
    assertThat(server.asked()).doesNotContain(ROLLBACK);
  }

  @Test
  void refusedCommit_leavesTheTransactionOpen() {
    try (ClientTransaction transaction = begun()) {
      server.problem(507, "DISK_FULL", "").json(200, "{'id':'t1','state':'ROLLED_BACK'}");
      assertThatThrownBy(transaction::commit)
          .isNotInstanceOf(UnknownOutcomeException.class)
          .hasMessageContaining("DISK_FULL");
    }
    assertThat(server.asked()).containsExactly("POST /v1/transactions", COMMIT, ROLLBACK);
  }
}
