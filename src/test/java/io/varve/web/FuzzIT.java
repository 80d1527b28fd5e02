package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.RawMessage;
import io.varve.txn.StoreSessions;
import io.varve.web.FuzzRequests.FuzzRequest;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Whatever a client sends, it gets an answer of the contract in time, and nothing is left behind.
 */
@VarveServer
@TestPropertySource(
    properties = {
      "varve.transaction.timeout=1s",
      "varve.transaction.max-timeout=2s",
      "varve.transaction.expire-interval=100ms",
      "varve.page.lease=1s",
      "varve.limits.value-bytes=32KB",
      "varve.limits.request-bytes=64KB"
    })
@ExtendWith(OutputCaptureExtension.class)
final class FuzzIT {
  private static final int REQUESTS = Integer.getInteger("varve.fuzz.requests", 20_000);
  private static final int CLIENTS = 8;
  private static final int MAX_FAILURES = 25;
  private static final int PATIENCE_MS = 30_000;
  private static final int FORBIDDEN = 403;

  private final ByteBudget budget;
  private final StoreSessions sessions;
  @LocalServerPort private int port;

  /** What came of how many requests. */
  private final Map<String, AtomicInteger> outcomes = new ConcurrentSkipListMap<>();

  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  @Autowired
  FuzzIT(ByteBudget budget, StoreSessions sessions) {
    this.budget = budget;
    this.sessions = sessions;
  }

  static LongStream seeds() {
    return LongStream.of(Long.getLong("varve.fuzz.seed", 42L));
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void anything_isAnswered(long seed, CapturedOutput output) throws Exception {
    List<Future<?>> clients = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) {
        FuzzRequests requests = new FuzzRequests(seed * CLIENTS + i);
        clients.add(executor.submit(() -> run(requests)));
      }
    }
    for (Future<?> client : clients) {
      client.get();
    }
    assertThat(failures).isEmpty();
    assertThat(outcomes).as("there is something to it").containsKeys("200", "400", "404", "412");
    assertNothingIsLeft();
    assertThat(output.getAll()).doesNotContain(" ERROR ");
  }

  private void assertNothingIsLeft() {
    Api api = new Api(port);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              JsonNode status = api.get("/v1/status").json();
              assertThat(status.get("state").asString()).isEqualTo("OPEN");
              assertThat(status.get("activeTransactions").asInt()).isZero();
              assertThat(status.get("openSnapshots").asInt()).isZero();
              assertThat(sessions.registry().openBytes()).isZero();
              assertThat(budget.held()).isZero();
            });
    assertThat(api.put("/v1/kv/after", "still here").status()).isIn(200, 201);
    assertThat(api.get("/v1/kv/after").body()).isEqualTo("still here");
  }

  private Void run(FuzzRequests requests) throws IOException {
    try (Connection connection = new Connection(port)) {
      for (int i = 0; i < REQUESTS / CLIENTS && failures.size() < MAX_FAILURES; i++) {
        FuzzRequest request = requests.next();
        try {
          exchange(connection, request, requests);
        } catch (IOException | AssertionError | JacksonException e) {
          boolean isCutShort = e instanceof EOFException && !request.isWhole();
          if (request.hasRequestLine() && !isCutShort) {
            failures.add("request " + i + ":\n" + request + "\n" + e);
          }
          connection.hangUp();
        }
      }
    }
    return null;
  }

  private void exchange(Connection connection, FuzzRequest request, FuzzRequests requests)
      throws IOException {
    RawMessage answer = connection.exchange(request);
    if (answer == null) {
      assertThat(request.isWhole()).as("a whole request has an answer").isFalse();
      count("none");
    } else {
      check(request, answer);
      count(Integer.toString(answer.status()));
      learn(requests, answer);
    }
  }

  private void count(String outcome) {
    outcomes.computeIfAbsent(outcome, _ -> new AtomicInteger()).incrementAndGet();
  }

  private static void learn(FuzzRequests requests, RawMessage answer) throws IOException {
    boolean isBegun = answer.status() == 201 && !answer.header("Location").isEmpty();
    boolean isPage = answer.status() == 200 && answer.text().contains("\"nextPageToken\"");
    requests.learn(
        isBegun ? answer.json().get("id").asString() : "",
        isPage ? answer.json().path("nextPageToken").asString("") : "",
        answer.header("ETag"));
  }

  private static void check(FuzzRequest request, RawMessage answer) throws IOException {
    int status = answer.status();
    assertThat(status)
        .as("%s", answer)
        .isIn(200, 201, 202, 204, 304, 400, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 429);
    if (status == FORBIDDEN) { // nobody is refused but for where it seems to come from
      String sent = new String(request.bytes(), StandardCharsets.ISO_8859_1);
      boolean seemsForeign = hasOrigin(sent) || !sent.contains("Host: localhost");
      assertThat(seemsForeign).as("%s", answer).isTrue();
    }
    assertThat(answer.header("Varve-Store-Id")).as("%s", answer).matches("[0-9a-f]{16}");
    assertThat(answer.header("Varve-Revision")).as("%s", answer).matches("[0-9]+");
    assertThat(answer.header("Varve-Durable-Revision")).as("%s", answer).matches("[0-9]+");
    String contentType = answer.header("Content-Type");
    if (request.isToActuator()) {
      return; // it has answers of its own
    }
    if (status >= 400) {
      assertThat(contentType).as("%s", answer).isEqualTo("application/problem+json");
      assertThat(answer.header("Retry-After").isEmpty()).isEqualTo(!mustSayWhen(answer));
    }
    if (request.method().equals("HEAD")) {
      assertThat(answer.body()).isEmpty();
    } else if (status >= 400) {
      checkProblem(answer.json(), status);
    } else if (contentType.equals("application/json") && !isRawValue(answer)) {
      JsonNode _ = answer.json();
    }
  }

  private static boolean hasOrigin(String request) {
    return request.toLowerCase(Locale.ROOT).contains("origin:");
  }

  private static boolean mustSayWhen(RawMessage answer) throws IOException {
    return answer.status() == 429
        || answer.code().equals("JOB_RUNNING")
        || answer.code().equals("IDEMPOTENCY_IN_PROGRESS");
  }

  /** What somebody stored, of the type that he gave it. */
  private static boolean isRawValue(RawMessage answer) {
    return answer.header("Content-Security-Policy").startsWith("sandbox;");
  }

  private static void checkProblem(JsonNode problem, int status) {
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("type").asString()).matches("urn:varve:problem:[a-z-]+");
    assertThat(problem.path("code").asString()).matches("[A-Z_]+");
    assertThat(problem.path("title").asString()).isNotEmpty();
    assertThat(problem.path("detail").asString()).isNotEmpty();
    assertThat(problem.path("instance").asString()).isNotEmpty();
    assertThat(problem.path("retryable").isBoolean()).isTrue();
    if (problem.path("code").asString().equals("MALFORMED_REQUEST")) {
      assertThat(problem.path("field").isString()).isTrue();
    }
  }

  /** Requests one after the other, over one connection for as long as that lasts. */
  private static final class Connection implements AutoCloseable {
    private final int port;
    private @Nullable Socket socket;
    private InputStream in = InputStream.nullInputStream();

    Connection(int port) {
      this.port = port;
    }

    /** The answer; null where the server hung up instead. */
    @Nullable RawMessage exchange(FuzzRequest request) throws IOException {
      boolean wasOpen = socket != null;
      RawMessage answer = tryOnce(request);
      // The server may have been about to close the connection when the request came.
      return answer == null && wasOpen && request.isWhole() ? tryOnce(request) : answer;
    }

    private @Nullable RawMessage tryOnce(FuzzRequest request) throws IOException {
      Socket used = socket;
      if (used == null) {
        used = new Socket(InetAddress.getLoopbackAddress(), port);
        used.setSoTimeout(PATIENCE_MS);
        used.setTcpNoDelay(true);
        socket = used;
        in = new BufferedInputStream(used.getInputStream());
      }
      RawMessage answer = null;
      try {
        used.getOutputStream().write(request.bytes());
        if (!request.isWhole()) {
          used.shutdownOutput();
        }
        answer = RawMessage.readAnswer(in, request.method());
      } catch (SocketException _) {
        // It has hung up.
      }
      if (answer == null || answer.isLast() || !request.isWhole()) {
        hangUp();
      }
      return answer;
    }

    @Override
    public void close() throws IOException {
      hangUp();
    }

    /** The next request opens another connection. */
    void hangUp() throws IOException {
      Socket used = socket;
      socket = null;
      if (used != null) {
        used.close();
      }
    }
  }
}
