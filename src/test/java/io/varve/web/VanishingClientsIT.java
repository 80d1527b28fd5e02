package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.RawMessage;
import io.varve.txn.StoreSessions;
import io.varve.web.Api.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** Transactions that nobody comes back to are bounded while they last, and end by themselves. */
@VarveServer
@TestPropertySource(
    properties = {
      "varve.transaction.max-active=" + VanishingClientsIT.MAX_ACTIVE,
      "varve.transaction.max-open-bytes=" + VanishingClientsIT.MAX_OPEN_BYTES + "B",
      "varve.transaction.timeout=1m",
      "varve.transaction.expire-interval=50ms"
    })
final class VanishingClientsIT {
  static final int MAX_ACTIVE = 500;
  static final int MAX_OPEN_BYTES = 8 << 20;

  private static final int CLIENTS = 1_000;
  private static final int AT_A_TIME = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String PATH = "/v1/transactions";

  private final StoreSessions sessions;
  @LocalServerPort private int port;
  private Api api = new Api(0);

  @Autowired
  VanishingClientsIT(StoreSessions sessions) {
    this.sessions = sessions;
  }

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  @Test
  void thousandClientsThatVanish_areForgottenWhenTheirTimeIsOver() throws Exception {
    api.put("/v1/kv/gone/read", "1");
    List<RawMessage> begun = beginAndVanish("PT15S");

    List<RawMessage> refused =
        begun.stream().filter(answer -> answer.code().equals("TOO_MANY_TRANSACTIONS")).toList();
    assertThat(refused).hasSize(CLIENTS - MAX_ACTIVE);
    for (RawMessage each : refused) {
      assertThat(each.status()).isEqualTo(429);
      assertThat(each.header("Retry-After")).matches("[1-9][0-9]*");
      assertThat(each.json().get("retryable").asBoolean()).isTrue();
    }
    assertThat(status().get("activeTransactions").asInt()).isEqualTo(MAX_ACTIVE);
    assertThat(sessions.registry().openBytes()).isPositive();
    assertOneShotsAreServed();

    awaitNothingOpen();
    assertThat(api.get("/v1/kv/gone/write/0").status()).as("never committed").isEqualTo(404);
    String id = begin("{}");
    assertThat(api.put(id + "/kv/gone/after", "v").status()).isEqualTo(202);
    assertThat(api.post(id + "/commit", "").status()).isEqualTo(200);
    assertPruneCanPass();
  }

  /** What each was told when it began. */
  private List<RawMessage> beginAndVanish(String timeout) throws Exception {
    Semaphore turns = new Semaphore(AT_A_TIME);
    List<Future<RawMessage>> clients = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        clients.add(
            executor.submit(
                () -> {
                  turns.acquire();
                  try (OpenConnection client = new OpenConnection(port)) {
                    return beginAndLeave(client, number, timeout);
                  } finally {
                    turns.release();
                  }
                }));
      }
    }
    List<RawMessage> begun = new ArrayList<>();
    for (Future<RawMessage> client : clients) {
      begun.add(client.get());
    }
    return begun;
  }

  private static RawMessage beginAndLeave(OpenConnection client, int number, String timeout)
      throws IOException {
    RawMessage begun = client.exchange("POST", PATH, "{\"timeout\":\"" + timeout + "\"}");
    String transaction = begun.header("Location");
    if (begun.status() == 201 && number % 3 > 0) {
      client.exchange("GET", transaction + "/kv/gone/read", "");
      // It does not wait for this answer.
      client.request("PUT", transaction + "/kv/gone/write/" + number, "v".repeat(1_000));
    }
    return begun;
  }

  private void assertOneShotsAreServed() {
    for (int i = 0; i < 20; i++) {
      assertThat(api.put("/v1/kv/gone/alone/" + i, "v").status()).isEqualTo(201);
      assertThat(api.get("/v1/kv/gone/alone/" + i).body()).isEqualTo("v");
      assertThat(api.txn("{\"success\":[{\"add\":{\"key\":\"gone/n\",\"delta\":1}}]}").status())
          .isEqualTo(200);
    }
  }

  private void awaitNothingOpen() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode status = status();
              assertThat(status.get("activeTransactions").asInt()).isZero();
              assertThat(status.get("openSnapshots").asInt()).isZero();
              assertThat(sessions.registry().openCount()).isZero();
              assertThat(sessions.registry().openBytes()).isZero();
            });
  }

  /** What the transactions read is let go: nothing keeps an old version. */
  private void assertPruneCanPass() {
    long revision = api.put("/v1/kv/gone/read", "2").revision();
    assertThat(api.post("/v1/admin/flush", "").status()).isEqualTo(200);
    JsonNode pruned =
        api.post("/v1/admin/prune", "{\"keepVersions\":1,\"keepAge\":\"PT0S\"}").json();
    assertThat(pruned.get("complete").asBoolean()).isTrue();
    assertThat(pruned.get("prunedToRevision").asLong()).isEqualTo(revision);
    assertThat(api.get("/v1/history?key=gone/read").json().get("versions")).hasSize(1);
  }

  @Test
  void heapThatOpenTransactionsTake_isBounded() {
    String value = "v".repeat(1 << 20);
    List<String> open = new ArrayList<>();
    while (sessions.registry().openBytes() < MAX_OPEN_BYTES) {
      String transaction = begin("{}");
      open.add(transaction);
      assertThat(api.put(transaction + "/kv/heap/" + open.size(), value).status()).isEqualTo(202);
    }
    assertThat(open).as("the bytes are counted").hasSizeLessThan(MAX_OPEN_BYTES / (1 << 20) + 1);
    assertHeapIsFull(api.post(PATH, "{}"));
    assertHeapIsFull(api.put(open.getFirst() + "/kv/heap/more", "v"));
    assertHeapIsFull(api.get(open.getFirst() + "/kv/heap/1"));
    assertThat(api.put("/v1/kv/heap/alone", "v").status()).isEqualTo(201);

    assertThat(api.post(open.getFirst() + "/commit", "").status()).isEqualTo(200);
    assertThat(api.get("/v1/kv/heap/1").body()).isEqualTo(value);
    open.add(begin("{}"));
    for (String transaction : open.subList(1, open.size())) {
      assertThat(api.post(transaction + "/rollback", "").status()).isEqualTo(200);
    }
    awaitNothingOpen();
  }

  private static void assertHeapIsFull(Answer answer) {
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.json().get("code").asString()).isEqualTo("TOO_MANY_REQUESTS");
    assertThat(answer.json().get("limit").asLong()).isEqualTo(MAX_OPEN_BYTES);
    assertThat(answer.header("Retry-After")).isEqualTo("1");
  }

  private String begin(String body) {
    Answer begun = api.post(PATH, body);
    assertThat(begun.status()).as(begun.body()).isEqualTo(201);
    return begun.header("Location");
  }

  private JsonNode status() {
    return api.get("/v1/status").json();
  }
}
