package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.web.Api.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

/** Who waits for whom: short calls and probes for nothing that is long. */
@VarveServer
@Import(SocketWatch.class)
@TestPropertySource(
    properties = {
      "varve.limits.threads.work=1",
      "varve.limits.threads.writes=1",
      "varve.limits.threads.jobs=1",
      "varve.limits.concurrency.waiting=1"
    })
final class WorkPoolsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LARGE = 100_000;

  private final WorkPools pools;
  private final SocketWatch watch;
  private final CountDownLatch letGo = new CountDownLatch(1);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  @LocalServerPort private int port;
  private Api api = new Api(0);

  @Autowired
  WorkPoolsIT(WorkPools pools, SocketWatch watch) {
    this.pools = pools;
    this.watch = watch;
  }

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  @AfterEach
  void end() {
    letGo.countDown();
    callers.close();
  }

  private boolean awaitLetGo() throws InterruptedException {
    return letGo.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Takes every thread of every pool. */
  private void holdAll() {
    var _ = callers.submit(() -> pools.<Boolean, InterruptedException>work(this::awaitLetGo));
    var _ = callers.submit(() -> pools.<Boolean, InterruptedException>write(this::awaitLetGo));
    var _ = callers.submit(() -> pools.<Boolean, InterruptedException>job(this::awaitLetGo));
    await()
        .atMost(PATIENCE)
        .until(() -> pools.pools().values().stream().allMatch(pool -> pool.running() == 1));
  }

  @Test
  void poolsThatAreFull_holdUpNoShortCallAndNoProbe() {
    holdAll();
    assertThat(api.put("/v1/kv/pool/a", "v").status()).isLessThan(300);
    assertThat(api.get("/v1/kv/pool/a").status()).isEqualTo(200);
    assertThat(api.txn("{\"success\":[{\"get\":{\"key\":\"pool/a\"}}]}").status()).isEqualTo(200);
    assertThat(api.delete("/v1/kv/pool/a").status()).isEqualTo(200);
    for (String probe : List.of("/livez", "/readyz", "/startupz")) {
      assertThat(api.get(probe).status()).as(probe).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/entries?prefix=pool/",
        "/v1/history?key=pool/a",
        "/v1/revisions/1",
      })
  void longCall_waitsForAThread_andIsRefusedWhereTooManyWait(String path) throws Exception {
    api.put("/v1/kv/pool/a", "v");
    holdAll();
    WorkPool work = Objects.requireNonNull(pools.pools().get("work"));
    Future<Answer> waiting = callers.submit(() -> api.get(path));
    await().atMost(PATIENCE).until(() -> work.waiting() == 1);
    assertThat(waiting.isDone()).isFalse();
    Answer refused = api.get(path);
    assertThat(refused.status()).as(refused.body()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).matches("[1-9][0-9]*");
    letGo.countDown();
    assertThat(waiting.get().status()).isLessThan(500).isNotEqualTo(429);
  }

  @Test
  void upkeep_waitsForAThreadOfItsOwn() throws Exception {
    holdAll();
    WorkPool jobs = Objects.requireNonNull(pools.pools().get("job"));
    Future<Answer> flush = callers.submit(() -> api.post("/v1/admin/flush", ""));
    await().atMost(PATIENCE).until(() -> jobs.waiting() == 1);
    letGo.countDown();
    assertThat(flush.get().status()).isEqualTo(200);
  }

  @Test
  void nothingOfAClient_isTouchedInAPool() {
    String large = "v".repeat(LARGE);
    String put = "{\"put\":{\"key\":\"pool/large\",\"value\":\"" + large + "\"}}";
    assertThat(api.txn("{\"success\":[" + put + ",{\"get\":{\"key\":\"pool/large\"}}]}").status())
        .isEqualTo(200);
    String batch = "{\"operations\":[" + put + "]}";
    assertThat(api.post("/v1/batch", batch).status()).isEqualTo(200);
    byte[] chunked = batch.getBytes(StandardCharsets.UTF_8);
    assertThat(
            api.sendChunked("POST", "/v1/batch", chunked, "Content-Type", "application/json")
                .status())
        .isEqualTo(200);
    assertThat(api.get("/v1/entries?prefix=pool/").body()).contains(large);
    assertThat(api.get("/v1/history?key=pool/large").body()).contains(large);
    assertThat(api.get("/v1/entries?prefix=pool/", "Accept", "application/x-ndjson").body())
        .contains(large);
    assertThat(api.put("/v1/kv/pool/keyed", large, "Idempotency-Key", "pool-1").status())
        .isEqualTo(201);
    assertThat(api.put("/v1/kv/pool/keyed", large, "Idempotency-Key", "pool-1").body())
        .contains("\"created\":true");
    assertThat(watch.uses()).isEmpty();
  }

  /** As native calls that hang would, or computations that never wait. */
  @Test
  void carriersThatAreTaken_holdUpNoProbe() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger spinning = new AtomicInteger();
    int carriers =
        Integer.getInteger(
            "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
    List<Thread> takers = new ArrayList<>();
    try {
      for (int i = 0; i < carriers; i++) {
        takers.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      spinning.incrementAndGet();
                      while (!over.get()) {
                        Thread.onSpinWait();
                      }
                    }));
      }
      await().atMost(PATIENCE).until(() -> spinning.get() == carriers);
      AtomicBoolean began = new AtomicBoolean();
      takers.add(Thread.ofVirtual().start(() -> began.set(true)));
      for (String probe :
          List.of(
              "/livez",
              "/readyz",
              "/startupz",
              "/actuator/health",
              "/actuator/health/readiness",
              "/livez?why")) {
        assertThat(RawHttp.get(port, probe).status()).as(probe).isEqualTo(200);
      }
      assertThat(began).as("no carrier is free").isFalse();
    } finally {
      over.set(true);
      for (Thread taker : takers) {
        taker.join();
      }
    }
  }

  @Test
  void requestBehindAProbe_doesNotRunOnItsThread() throws Exception {
    Answer answer =
        RawHttp.send(
            port,
            String.join(
                "\r\n",
                "GET /livez HTTP/1.1",
                "Host: localhost",
                "",
                "DELETE /v1/kv/pool/behind HTTP/1.1",
                "Host: localhost",
                "",
                ""));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Connection")).isEqualTo("close");
    assertThat(answer.body()).as("one answer").doesNotContain("HTTP/1.1");
  }

  @Test
  void probe_isKnownByItsFirstBytes() {
    for (String probe :
        List.of(
            "GET /livez HTTP/1.1",
            "HEAD /readyz HTTP/1.1",
            "GET /startupz HTTP/1.1",
            "GET /readyz?verbose HTTP",
            "GET /actuator/health HTT",
            "GET /actuator/health/liv")) {
      assertThat(ProbeProtocol.isProbe(probe)).as(probe).isTrue();
    }
    for (String other :
        List.of(
            "",
            "GET /livezz HTTP/1.1",
            "GET /v1/kv/livez HTTP/1.",
            "POST /livez HTTP/1.1",
            "GET /actuator/healthy HT",
            "GET /actuator/prometheus",
            "GET /v1/entries HTTP/1.1")) {
      assertThat(ProbeProtocol.isProbe(other)).as(other).isFalse();
    }
  }
}
