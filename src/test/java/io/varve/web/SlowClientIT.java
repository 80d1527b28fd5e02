package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.RawMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** A client that sends slowly is waited for so long and no longer, and stands in nobody's way. */
@VarveServer
@TestPropertySource(
    properties = {
      "varve.limits.request-body-timeout=" + SlowClientIT.BODY_MS + "ms",
      "server.tomcat.connection-timeout=2s",
      "varve.batch.max-delay=50ms",
      "varve.limits.concurrency.bulk-loads=1"
    })
final class SlowClientIT {
  static final int BODY_MS = 500;

  private static final int DRIP_MS = 20;
  private static final int CLIENTS = 200;

  /** In a body of so many bytes, one that drips is not at its end before every limit. */
  private static final int MANY = 1_000_000;

  @LocalServerPort private int port;
  private Api api = new Api(0);
  private final ScheduledExecutorService drips = Executors.newScheduledThreadPool(1);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  @AfterEach
  void stop() {
    drips.shutdownNow();
  }

  /** Sends these bytes again and again, until the connection is closed. */
  private void drip(OpenConnection client, String bytes) {
    var _ =
        drips.scheduleWithFixedDelay(
            () -> {
              try {
                client.send(bytes);
              } catch (IOException e) {
                throw new IllegalStateException("nobody listens any more", e);
              }
            },
            0,
            DRIP_MS,
            TimeUnit.MILLISECONDS);
  }

  private static void assertTimeout(@Nullable RawMessage answer) throws IOException {
    assertThat(answer).isNotNull();
    assertThat(answer.status()).isEqualTo(408);
    assertThat(answer.code()).isEqualTo("REQUEST_TIMEOUT");
    assertThat(answer.isLast()).isTrue();
    assertThat(answer.json().get("retryable").asBoolean()).isTrue();
  }

  private static void assertClosed(OpenConnection client) {
    RawMessage more;
    try {
      more = client.answer("GET");
    } catch (IOException _) {
      return; // reset, since there was more to read
    }
    assertThat(more).isNull();
  }

  @ParameterizedTest
  @CsvSource({"PUT, /v1/kv/slow", "POST, /v1/txn", "POST, /v1/batch", "POST, /v1/transactions"})
  void bodyThatDrips_isRefused(String method, String path) throws IOException {
    try (OpenConnection client = new OpenConnection(port)) {
      client.begin(method, path, MANY);
      drip(client, " ");
      assertTimeout(client.answer(method));
      assertClosed(client);
    }
    assertThat(api.get("/v1/kv/slow").status()).isEqualTo(404);
  }

  @Test
  void chunksThatDrip_areRefused() throws IOException {
    try (OpenConnection client = new OpenConnection(port)) {
      client.send(
          "PUT /v1/kv/slow HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
      drip(client, "1\r\nx\r\n");
      assertTimeout(client.answer("PUT"));
      assertClosed(client);
    }
    assertThat(api.get("/v1/kv/slow").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/kv/slow", "/v1/txn", "/v1/bulk"})
  void bodyThatStops_isRefused(String path) throws IOException {
    String method = path.startsWith("/v1/kv/") ? "PUT" : "POST";
    try (OpenConnection client = new OpenConnection(port)) {
      client.send(
          method
              + " "
              + path
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\nContent-Type: "
              + (path.equals("/v1/bulk") ? "application/x-ndjson" : "application/json")
              + "\r\n\r\n");
      assertTimeout(client.answer(method));
      assertClosed(client);
    }
  }

  @Test
  void bodyNobodyWants_isNotReadForEver() throws IOException {
    try (OpenConnection client = new OpenConnection(port)) {
      client.begin("PUT", "/nothing", MANY);
      drip(client, "x");
      RawMessage answer = client.answer("PUT");
      assertThat(answer).isNotNull();
      assertThat(answer.status()).isEqualTo(404);
      assertClosed(client);
    }
  }

  @Test
  void bodyNobodyWants_isReadIfItComes() throws IOException {
    try (OpenConnection client = new OpenConnection(port)) {
      assertThat(client.exchange("PUT", "/nothing", "x".repeat(MANY)).status()).isEqualTo(404);
      assertThat(client.exchange("GET", "/livez", "").status()).isEqualTo(200);
    }
  }

  /** Lines of a load whose client pauses are committed, and it stands in no other load's way. */
  @Test
  void loadThatStops_losesNothing() throws Exception {
    String line = "{\"put\":{\"key\":\"paused/%d\",\"value\":\"v\"}}\n";
    try (OpenConnection client = new OpenConnection(port)) {
      client.send(
          "POST /v1/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
              + "Content-Length: 1000\r\n\r\n"
              + line.formatted(1));
      await().until(() -> api.get("/v1/kv/paused/1").status() == 200);
      var other =
          api.send("POST", "/v1/bulk", line.formatted(2), "Content-Type", "application/x-ndjson");
      assertThat(other.body()).contains("{\"done\":true,\"operations\":1,");
      client.send(line.formatted(3) + "{\"put\":{\"key\":\"half");
      await().until(() -> api.get("/v1/kv/paused/3").status() == 200);

      RawMessage answer = client.answer("POST");
      assertThat(answer).isNotNull();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text())
          .contains("{\"done\":false,\"operations\":2,\"chunks\":2,")
          .contains("\"code\":\"REQUEST_TIMEOUT\"")
          .endsWith("}\n");
      assertClosed(client);
    }
  }

  @Test
  void load_takesAsLongAsItTakes() throws Exception {
    int lines = 3 * BODY_MS / DRIP_MS;
    String line = "{\"delete\":{\"key\":\"nobody\"}}\n";
    CountDownLatch sent = new CountDownLatch(lines);
    try (OpenConnection client = new OpenConnection(port)) {
      client.send(
          "POST /v1/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
              + "Content-Length: "
              + lines * line.length()
              + "\r\n\r\n");
      var _ =
          drips.scheduleWithFixedDelay(
              () -> {
                if (sent.getCount() > 0) {
                  send(client, line);
                  sent.countDown();
                }
              },
              0,
              DRIP_MS,
              TimeUnit.MILLISECONDS);
      assertThat(sent.await(60, TimeUnit.SECONDS)).isTrue();
      RawMessage answer = client.answer("POST");
      assertThat(answer).isNotNull();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).contains("\"done\"").doesNotContain("problem");
    }
  }

  private static void send(OpenConnection client, String bytes) {
    try {
      client.send(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void headersThatStop_endTheConnection() throws IOException {
    try (OpenConnection client = new OpenConnection(port)) {
      client.send("GET /livez HTTP/1.1\r\nHost: local");
      assertClosed(client);
    }
  }

  @Test
  void slowClients_standInNobodysWay() throws IOException {
    List<OpenConnection> slow = new ArrayList<>();
    try {
      for (int i = 0; i < CLIENTS; i++) {
        OpenConnection client = new OpenConnection(port);
        slow.add(client);
        if (i % 2 == 0) {
          client.send("GET /livez HTTP/1.1\r\nHost: local");
        } else {
          client.begin("PUT", "/v1/kv/slow", MANY / CLIENTS);
          client.send("x");
        }
      }
      drip(slow.getFirst(), "x"); // the name of its host never ends
      for (int i = 0; i < 50; i++) {
        assertThat(api.put("/v1/kv/quick", "v" + i).status()).isIn(200, 201);
        assertThat(api.get("/v1/kv/quick").body()).isEqualTo("v" + i);
      }
    } finally {
      for (OpenConnection client : slow) {
        client.close();
      }
    }
  }
}
