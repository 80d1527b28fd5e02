package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.RawMessage;
import io.varve.txn.StoreSessions;
import io.varve.web.Api.Answer;
import java.time.Duration;
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
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

/** Who asks for too much, or is too slow, is refused or given up, and the others go on. */
@VarveServer
@Import(TestHolds.class)
@TestPropertySource(
    properties = {
      "varve.limits.concurrency.reads=2",
      "varve.limits.concurrency.writes=2",
      "varve.limits.concurrency.scans=2",
      "varve.limits.concurrency.waiting=1",
      "varve.limits.concurrency.max-wait=1s",
      "varve.limits.bytes-in-flight=4MB",
      "server.tomcat.connection-timeout=2s"
    })
final class BackpressureIT {
  private static final int LIMIT = 2;
  private static final int MEBIBYTE = 1 << 20;
  private static final int BUDGET = 4 * MEBIBYTE;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestHolds holds;
  private final ByteBudget budget;
  private final StoreSessions sessions;
  @LocalServerPort private int port;
  private Api api = new Api(0);

  @Autowired
  BackpressureIT(TestHolds holds, ByteBudget budget, StoreSessions sessions) {
    this.holds = holds;
    this.budget = budget;
    this.sessions = sessions;
  }

  @BeforeEach
  void connect() {
    api = new Api(port);
    awaitNothingHeld(); // what the test before has asked for last
  }

  @AfterEach
  void letGo() {
    holds.letGo();
  }

  @ParameterizedTest
  @ValueSource(strings = {"reads", "writes", "scans"})
  void kindThatIsFull_isRefused_andTheOthersGoOn(String full) throws Exception {
    api.put("/v1/kv/press/read", "v");
    List<Future<Answer>> holding = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < LIMIT; i++) {
        holding.add(executor.submit(() -> api.send("POST", "/test/hold-turn?kind=" + full, "")));
      }
      await().atMost(PATIENCE).until(() -> holds.holding() == LIMIT);
      for (String kind : List.of("reads", "writes", "scans")) {
        Answer answer = call(kind);
        if (kind.equals(full)) {
          assertRefused(answer, LIMIT);
        } else {
          assertThat(answer.status())
              .as("%s beside %s: %s", kind, full, answer.body())
              .isLessThan(300);
        }
      }
      holds.letGo();
      for (Future<Answer> each : holding) {
        assertThat(each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).body()).isEqualTo("true");
      }
    }
    assertThat(call(full).status()).isLessThan(300);
  }

  private Answer call(String kind) {
    return switch (kind) {
      case "reads" -> api.get("/v1/kv/press/read");
      case "writes" -> api.put("/v1/kv/press/write", "v");
      default -> api.get("/v1/entries?prefix=press/");
    };
  }

  private static void assertRefused(Answer answer, long limit) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(429);
    assertThat(answer.json().get("code").asString()).isEqualTo("TOO_MANY_REQUESTS");
    assertThat(answer.json().get("retryable").asBoolean()).isTrue();
    assertThat(answer.json().get("limit").asLong()).isEqualTo(limit);
    assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
  }

  @Test
  void slowWriters_takeTheBudgetUntilTheyVanish() throws Exception {
    List<OpenConnection> slow = new ArrayList<>();
    try {
      for (int i = 0; i < BUDGET / MEBIBYTE; i++) {
        OpenConnection client = new OpenConnection(port);
        slow.add(client);
        client.begin("PUT", "/v1/kv/press/slow/" + i, MEBIBYTE);
        client.send("v");
      }
      await().atMost(PATIENCE).until(() -> budget.held() == BUDGET);
      assertRefused(api.put("/v1/kv/press/large", "v".repeat(MEBIBYTE)), BUDGET);
      assertRefused(api.put("/v1/kv/press/small", "v"), BUDGET);
      assertRefused(api.txn("{\"label\":\"any\"}"), BUDGET);
      assertThat(api.delete("/v1/kv/press/none").status()).as("takes no bytes").isEqualTo(200);
      assertThat(api.get("/v1/status").status()).isEqualTo(200);
    } finally {
      for (OpenConnection client : slow) {
        client.close();
      }
    }
    awaitNothingHeld();
    assertThat(api.put("/v1/kv/press/large", "v".repeat(MEBIBYTE)).status()).isLessThan(300);
    assertThat(api.get("/v1/kv/press/slow/0").status()).as("half a body").isEqualTo(404);
  }

  @Test
  void writerThatFallsSilent_isGivenUp() throws Exception {
    try (OpenConnection silent = new OpenConnection(port)) {
      silent.begin("PUT", "/v1/kv/press/silent", MEBIBYTE);
      silent.send("v");
      RawMessage answer = silent.answer("PUT"); // once the server has waited for long enough
      if (answer != null) {
        assertThat(answer.status()).isBetween(400, 499);
        assertThat(silent.answer("PUT")).as("the connection is closed").isNull();
      }
    }
    awaitNothingHeld();
    assertThat(api.get("/v1/kv/press/silent").status()).isEqualTo(404);
  }

  @Test
  void readersThatDoNotRead_takeTheBudgetUntilTheyAreGivenUp() throws Exception {
    putAndLetGo("/v1/kv/press/big");
    try (OpenConnection first = new OpenConnection(port)) {
      first.request("GET", "/v1/kv/press/big", "");
      await().atMost(PATIENCE).until(() -> budget.held() == 3 * MEBIBYTE);
      assertRefused(api.get("/v1/kv/press/big"), BUDGET);
      awaitNothingHeld(); // though the connection is still there
    }
    assertThat(api.get("/v1/kv/press/big").status()).isEqualTo(200);
  }

  @Test
  void readerThatVanishes_frees() throws Exception {
    putAndLetGo("/v1/kv/press/big2");
    try (OpenConnection vanishing = new OpenConnection(port)) {
      vanishing.request("GET", "/v1/kv/press/big2", "");
      await().atMost(PATIENCE).until(() -> budget.held() == 3 * MEBIBYTE);
    }
    awaitNothingHeld();
  }

  @Test
  void clientThatVanishesWithinACall_leavesItsTransactionUsable() throws Exception {
    String transaction = api.post("/v1/transactions", "{}").header("Location");
    try (OpenConnection vanishing = new OpenConnection(port)) {
      vanishing.begin("PUT", transaction + "/kv/press/half", MEBIBYTE);
      vanishing.send("half");
      await().atMost(PATIENCE).until(() -> budget.held() == MEBIBYTE);
    }
    awaitNothingHeld();
    assertThat(api.get(transaction + "/kv/press/half").status()).as("not busy").isEqualTo(404);
    assertThat(api.post(transaction + "/rollback", "").status()).isEqualTo(200);
    assertThat(sessions.registry().openBytes()).isZero();
  }

  /** The body of a put may be held for a moment after its answer, and with it there is no room. */
  private void putAndLetGo(String path) {
    assertThat(api.put(path, "v".repeat(3 * MEBIBYTE)).status()).isEqualTo(201);
    awaitNothingHeld();
  }

  private void awaitNothingHeld() {
    await().atMost(PATIENCE).until(() -> budget.held() == 0);
  }
}
