package io.varve.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the client makes of a network and a server that misbehave. */
final class RetryTest {
  private static final RetryPolicy POLICY =
      new RetryPolicy(3, Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(20));

  private final ManualSurroundings time = new ManualSurroundings();
  private final ScriptedServer server = new ScriptedServer();
  private final VarveClient client = client(server.uri());

  private VarveClient client(URI uri) {
    return VarveClient.builder(uri).token("secret-token").retry(POLICY).build(time.surroundings());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void lostAnswer_isAskedForAgainUnderTheSameKey() {
    server.lose().json(201, "{'revision':7,'created':true}");
    assertThat(client.put("k", "v")).isEqualTo(new PutResult(7, true, "00000000000000aa"));
    assertThat(server.asked()).containsExactly("PUT /v1/kv/k", "PUT /v1/kv/k");
    assertThat(server.keys()).containsExactly("name1", "name1");
    assertThat(server.requests().getLast().body()).isEqualTo("v");
    assertThat(time.pausesMs()).containsExactly(100L);
  }

  @Test
  void twoCalls_haveTwoKeys() {
    server.json(200, "{'revision':7,'created':false}").json(200, "{'revision':8,'deleted':true}");
    client.put("k", "v");
    assertThat(client.delete("k")).isEqualTo(new DeleteResult(8, true));
    assertThat(server.keys()).containsExactly("name1", "name2");
  }

  @ParameterizedTest
  @CsvSource({"503,WRITE_STALL", "429,TOO_MANY_REQUESTS", "409,IDEMPOTENCY_IN_PROGRESS"})
  void busyServer_isAskedAgainWhenItSays(int status, String code) {
    server
        .problem(status, code, "", "Retry-After", "3")
        .json(200, "{'revision':7,'created':false}");
    assertThat(client.put("k", "v").created()).isFalse();
    assertThat(server.keys()).containsExactly("name1", "name1");
    assertThat(time.pausesMs()).containsExactly(3_000L);
  }

  @Test
  void longWait_isNotWaited() {
    server.problem(503, "WRITE_STALL", "", "Retry-After", "60");
    VarveException failure = catchThrowableOfType(VarveException.class, () -> client.put("k", "v"));
    assertThat(failure).isNotInstanceOf(UnknownOutcomeException.class);
    assertThat(failure.code()).isEqualTo("WRITE_STALL");
    assertThat(failure.retryable()).isTrue();
    assertThat(time.pausesMs()).isEmpty();
  }

  @Test
  void unknownOutcome_isAskedForAgain() {
    server
        .problem(503, "STORE_UNAVAILABLE", ",'outcome':'unknown'")
        .json(200, "{'revision':7,'created':false}");
    assertThat(client.put("k", "v").revision()).isEqualTo(7);
    assertThat(server.keys()).containsExactly("name1", "name1");
  }

  @Test
  void unknownOutcome_thatStaysUnknown_isSaid() {
    server
        .problem(503, "STORE_UNAVAILABLE", ",'outcome':'unknown'")
        .problem(503, "SHUTTING_DOWN", "")
        .problem(503, "SHUTTING_DOWN", "");
    assertThatThrownBy(() -> client.put("k", "v"))
        .isInstanceOf(UnknownOutcomeException.class)
        .hasMessage(
            "503 SHUTTING_DOWN: Whether PUT /v1/kv/k was done is unknown. Said the server.");
  }

  @Test
  void lostAnswer_thenRefusal_isUnknown() {
    server.lose().problem(401, "UNAUTHENTICATED", "");
    assertThatThrownBy(() -> client.delete("k"))
        .isInstanceOf(UnknownOutcomeException.class)
        .hasMessageContaining("UNAUTHENTICATED");
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void lostAnswer_thenConflict_isNotUnknown() {
    server.lose().problem(409, "TRANSACTION_CONFLICT", "");
    assertThatThrownBy(() -> client.run(OneShot.of(Operation.delete("k"))))
        .isInstanceOf(VarveException.class)
        .isNotInstanceOf(UnknownOutcomeException.class);
  }

  @Test
  void proxyFailure_leavesAWriteUnknown() {
    for (int i = 0; i < 3; i++) {
      server.json(503, "{}");
    }
    assertThatThrownBy(() -> client.batch(Operation.delete("k")))
        .isInstanceOf(UnknownOutcomeException.class)
        .hasMessageContaining("POST /v1/batch got status 503");
    assertThat(server.keys()).containsExactly("name1", "name1", "name1");
  }

  @Test
  void answerOfAnotherForm_leavesAWriteUnknown() {
    server.raw("text/html", "<html>secret value</html>");
    assertThatThrownBy(() -> client.put("k", "v"))
        .isInstanceOf(UnknownOutcomeException.class)
        .hasMessageNotContaining("secret")
        .hasStackTraceContaining("UNEXPECTED_ANSWER");
  }

  @ParameterizedTest
  @CsvSource({
    "400,MALFORMED_REQUEST",
    "403,FORBIDDEN",
    "413,VALUE_TOO_LARGE",
    "422,IDEMPOTENCY_KEY_REUSED",
    "507,DISK_FULL"
  })
  void refusal_isNotAskedForAgain(int status, String code) {
    server.problem(status, code, ",'limit':5,'actual':6");
    VarveException failure =
        catchThrowableOfType(VarveException.class, () -> client.put("k", "a value"));
    assertThat(failure).isNotInstanceOf(UnknownOutcomeException.class);
    assertThat(failure.status()).isEqualTo(status);
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.problem().members()).containsEntry("limit", 5).containsEntry("actual", 6);
    assertThat(failure).hasMessageNotContaining("a value").hasMessageNotContaining("secret-token");
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void read_isAskedAgain() {
    server.lose().problem(503, "STORE_UNAVAILABLE", "").raw("text/plain", "v");
    assertThat(client.get("k").orElseThrow().text()).isEqualTo("v");
  }

  @Test
  void read_thatFails_isNoUnknownOutcome() {
    for (int i = 0; i < 3; i++) {
      server.problem(500, "INTERNAL_ERROR", "");
    }
    assertThatThrownBy(() -> client.get("k"))
        .isInstanceOf(VarveException.class)
        .isNotInstanceOf(UnknownOutcomeException.class);
    assertThat(server.asked()).hasSize(3);
  }

  @Test
  void unreachableServer_isTriedAgain_andHasDoneNothing() {
    server.close();
    assertThatThrownBy(() -> client.put("k", "v"))
        .isNotInstanceOf(UnknownOutcomeException.class)
        .hasMessage("NO_ANSWER: PUT /v1/kv/k was not sent: the server cannot be reached.");
    assertThat(time.pausesMs()).containsExactly(100L, 200L);
  }

  @Test
  void slowAnswer_isAskedForAgain() {
    CountDownLatch asked = new CountDownLatch(1);
    server
        .then(
            exchange -> {
              // It takes its time until the second request is there.
              awaitQuietly(asked);
              exchange.close();
            })
        .then(
            exchange -> {
              asked.countDown();
              exchange.sendResponseHeaders(404, -1);
              exchange.close();
            });
    try (VarveClient hasty =
        VarveClient.builder(server.uri())
            .requestTimeout(Duration.ofMillis(300))
            .retry(POLICY)
            .build(time.surroundings())) {
      assertThatThrownBy(() -> hasty.delete("k"))
          .isInstanceOf(UnknownOutcomeException.class)
          .hasMessageContaining("got status 404");
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void interruption_endsTheCall() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> client.put("k", "v"))
        .isInstanceOf(UnknownOutcomeException.class)
        .hasMessageContaining("INTERRUPTED");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void token_isShown() {
    server.problem(404, "KEY_NOT_FOUND", "");
    assertThat(client.get("k")).isEmpty();
    assertThat(server.requests().getFirst().header("Authorization"))
        .contains("Bearer secret-token");
  }

  @Test
  void baseUri_mustBeComplete() {
    assertThatThrownBy(() -> VarveClient.connect(URI.create("localhost:8080")))
        .hasMessageContaining("such as http://localhost:8080");
    assertThatThrownBy(() -> VarveClient.connect(URI.create("http://localhost/?q=1")))
        .hasMessageContaining("no query");
  }
}
