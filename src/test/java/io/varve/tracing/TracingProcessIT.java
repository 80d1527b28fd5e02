package io.varve.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.ServerProcess;
import io.varve.web.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tracing does to a process as a whole, and what it does not do where it is off. */
final class TracingProcessIT {
  private static final String ENDPOINT = "--varve.tracing.endpoint=";
  private static final String EVERY = "--varve.tracing.sampling=1";

  /** Nothing listens there. */
  private static final String NOWHERE = ENDPOINT + "http://127.0.0.1:1/v1/traces";

  private static final String FAILED = "Failed to export spans";
  private static final Duration STOP = Duration.ofSeconds(15);
  private static final int REQUESTS = 200;

  @TempDir private Path temp;

  private ServerProcess start(String... arguments) throws IOException {
    return ServerProcess.start(temp, "server", List.of(), arguments);
  }

  @Test
  void withoutAnEndpoint_nothingOfItIsThere() throws Exception {
    Path classes = temp.resolve("classes");
    try (ServerProcess server =
        ServerProcess.start(temp, "server", List.of("-Xlog:class+load:file=" + classes))) {
      Api api = server.api();
      Api.Answer put =
          api.put(
              "/v1/kv/a",
              "x",
              "traceparent",
              "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
      assertThat(put.status()).isEqualTo(201);
      assertThat(put.header(RequestSpans.TRACE_RESPONSE)).isEmpty();
      assertThat(put.header("traceparent")).isEmpty();
      assertThat(api.get("/actuator/prometheus").status()).isEqualTo(200);
      server.terminate();
      assertThat(server.awaitExit()).isZero();
    }
    // No class, so no object and no thread either.
    assertThat(Files.readAllLines(classes))
        .hasSizeGreaterThan(1000)
        .noneMatch(line -> line.contains(" io.opentelemetry."))
        .noneMatch(line -> line.contains(" io.micrometer.tracing."))
        .noneMatch(line -> line.contains(".RequestSpans"));
  }

  @Test
  void stop_sendsTheLastSpans() throws Exception {
    try (TestCollector collector = TestCollector.open();
        ServerProcess server = start(ENDPOINT + collector.endpoint(), EVERY)) {
      Api.Answer put = server.api().put("/v1/kv/a", "x");
      server.terminate();
      assertThat(server.awaitExit()).isZero();
      assertThat(collector.spans(put.header(RequestSpans.TRACE_RESPONSE).substring(3, 35)))
          .extracting(ExportedSpan::name)
          .containsExactlyInAnyOrder("PUT /v1/kv/**", "transaction");
    }
  }

  @Test
  void collectorThatIsAway_costsNothingButItsSpans() throws Exception {
    try (ServerProcess server = start(NOWHERE, EVERY)) {
      writeMany(server.api());
      await().atMost(ServerProcess.PATIENCE).until(() -> server.log().contains(FAILED));
      writeMany(server.api());
      assertThat(server.log().lines().filter(line -> line.contains(FAILED))).hasSizeLessThan(6);
      assertStopsInTime(server);
    }
  }

  @Test
  void collectorThatDoesNotAnswer_costsNothingButItsSpans() throws Exception {
    try (TestCollector collector = TestCollector.silent();
        ServerProcess server = start(ENDPOINT + collector.endpoint(), EVERY)) {
      writeMany(server.api());
      writeMany(server.api());
      assertStopsInTime(server);
      assertThat(server.log()).contains("The last spans could not be sent.");
    }
  }

  private static void writeMany(Api api) {
    for (int i = 0; i < REQUESTS; i++) {
      assertThat(api.put("/v1/kv/" + i, "x").status()).isIn(200, 201);
    }
  }

  private static void assertStopsInTime(ServerProcess server) throws InterruptedException {
    long begun = System.nanoTime();
    server.terminate();
    assertThat(server.awaitExit()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(STOP);
  }
}
