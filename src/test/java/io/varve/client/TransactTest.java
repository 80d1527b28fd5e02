package io.varve.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Work that is run again until it commits, exactly once. */
final class TransactTest {
  private static final String COMMIT = "POST /v1/transactions/t1/commit";
  private static final RetryPolicy POLICY =
      new RetryPolicy(3, Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(20));

  private final ManualSurroundings time = new ManualSurroundings();
  private final ScriptedServer server = new ScriptedServer();
  private final VarveClient client =
      VarveClient.builder(server.uri()).retry(POLICY).build(time.surroundings());
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private ScriptedServer begins(String id) {
    return server.json(
        201, "{'id':'" + id + "','snapshotRevision':9,'expiresAt':'2026-01-01T00:00:10Z'}");
  }

  private ScriptedServer commits(String id) {
    return server.json(
        200, "{'id':'" + id + "','state':'COMMITTED','revision':10,'durableRevision':10}");
  }

  private String transact() {
    return client.transact(_ -> "run " + runs.incrementAndGet());
  }

  private String transactWriting() {
    return client.transact(
        transaction -> {
          transaction.put("k", "v");
          return "run " + runs.incrementAndGet();
        });
  }

  @Test
  void result_isThatOfTheWork() {
    begins("t1");
    commits("t1");
    assertThat(transact()).isEqualTo("run 1");
    assertThat(server.keys()).containsExactly("", "name1-1");
  }

  @Test
  void conflict_runsItAgain_underAKeyOfTheSameBeginning() {
    begins("t1").problem(409, "TRANSACTION_CONFLICT", "");
    begins("t2").problem(410, "TRANSACTION_EXPIRED", "");
    begins("t3");
    commits("t3");
    assertThat(transact()).isEqualTo("run 3");
    assertThat(server.keys()).containsExactly("", "name1-1", "", "name1-2", "", "name1-3");
    assertThat(time.pausesMs()).containsExactly(100L, 200L);
  }

  @Test
  void conflicts_withoutEnd_areThrown() {
    for (int i = 0; i < 3; i++) {
      begins("t" + i).problem(409, "TRANSACTION_CONFLICT", ",'conflicts':[]");
    }
    assertThatThrownBy(this::transact)
        .isInstanceOf(VarveException.class)
        .isNotInstanceOf(UnknownOutcomeException.class)
        .hasMessageContaining("TRANSACTION_CONFLICT");
    assertThat(runs).hasValue(3);
  }

  @Test
  void lostCommit_isNotRunAgain() {
    begins("t1").lose();
    commits("t1");
    assertThat(transact()).isEqualTo("run 1");
    assertThat(server.asked()).containsExactly("POST /v1/transactions", COMMIT, COMMIT);
    assertThat(server.keys()).containsExactly("", "name1-1", "name1-1");
  }

  @Test
  void unknownCommit_isNeverRunAgain() {
    begins("t1").lose().lose().lose().json(200, "{'id':'t1','state':'ACTIVE'}");
    assertThatThrownBy(this::transact).isInstanceOf(UnknownOutcomeException.class);
    assertThat(runs).hasValue(1);
    assertThat(server.asked())
        .containsExactly(
            "POST /v1/transactions", COMMIT, COMMIT, COMMIT, "GET /v1/transactions/t1");
  }

  @Test
  void lostCommit_thatTheRestartedServerDoesNotKnow_isRunAgain() {
    begins("t1")
        .lose()
        .problem(404, "TRANSACTION_NOT_FOUND", "")
        .problem(404, "TRANSACTION_NOT_FOUND", "");
    begins("t2");
    commits("t2");
    assertThat(transact()).isEqualTo("run 2");
  }

  @Test
  void transactionThatEndsWithin_isRunAgain() {
    begins("t1").problem(404, "TRANSACTION_NOT_FOUND", "");
    begins("t2").json(202, "{'buffered':true}");
    commits("t2");
    assertThat(transactWriting()).isEqualTo("run 1");
    assertThat(server.asked()).doesNotContain("POST /v1/transactions/t1/rollback");
  }

  @Test
  void lostWrite_isRunAgainInANewTransaction() {
    begins("t1").lose().json(200, "{'id':'t1','state':'ROLLED_BACK'}");
    begins("t2").json(202, "{'buffered':true}");
    commits("t2");
    assertThat(transactWriting()).isEqualTo("run 1");
    assertThat(server.asked()).contains("POST /v1/transactions/t1/rollback").doesNotContain(COMMIT);
  }

  @Test
  void lostWrite_thatTheWorkHides_isNotCommitted() {
    begins("t1").lose().json(200, "{'id':'t1','state':'ROLLED_BACK'}");
    begins("t2");
    commits("t2");
    String result =
        client.transact(
            transaction -> {
              if (runs.incrementAndGet() == 1) {
                assertThatThrownBy(() -> transaction.put("k", "v"))
                    .isInstanceOf(VarveException.class);
              }
              return "run " + runs.get();
            });
    assertThat(result).isEqualTo("run 2");
    assertThat(server.asked()).doesNotContain(COMMIT);
  }

  @Test
  void failureOfTheWork_rollsBackAndIsThrown() {
    begins("t1").json(200, "{'id':'t1','state':'ROLLED_BACK'}");
    TransactionWork<String, IOException> work =
        _ -> {
          throw new IOException("of the work");
        };
    assertThatThrownBy(() -> client.transact(work))
        .isInstanceOf(IOException.class)
        .hasMessage("of the work");
    assertThat(server.asked())
        .containsExactly("POST /v1/transactions", "POST /v1/transactions/t1/rollback");
  }

  @Test
  void refusalWithin_isThrown() {
    begins("t1").problem(413, "VALUE_TOO_LARGE", "").json(200, "{'id':'t1','state':'ROLLED_BACK'}");
    assertThatThrownBy(this::transactWriting).hasMessageContaining("VALUE_TOO_LARGE");
    assertThat(runs).hasValue(0);
  }
}
