package io.varve.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The calls to a service that the Java client does not have. */
final class ServiceCallsTest {
  private static final String METRICS =
      """
      # HELP jvm_memory_used_bytes The amount of used memory
      jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 1.0E7
      jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 5000.0
      jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 9.9E9
      process_files_open_files 42.0
      process_files_open_files_other 1000.0
      """;

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private ServiceCalls calls;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    calls = new ServiceCalls(URI.create("http://localhost:" + server.getAddress().getPort() + "/"));
    server.start();
  }

  @AfterEach
  void stop() {
    calls.close();
    server.stop(0);
  }

  private void answer(String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  @Test
  void metric_isTheSumOfWhatHasTheLabel() {
    assertThat(ServiceCalls.metric(METRICS, "jvm_memory_used_bytes", "area=\"heap\""))
        .isEqualTo(10_005_000);
    assertThat(ServiceCalls.metric(METRICS, "process_files_open_files", "")).isEqualTo(42);
    assertThat(ServiceCalls.metric(METRICS, "varve_process_rss_bytes", "")).isNull();
  }

  @Test
  void status_isANumberOfTheService() {
    answer("/v1/status", 200, "{\"sstBytes\":77,\"state\":\"OPEN\"}");
    assertThat(calls.status("sstBytes")).isEqualTo(77);
    assertThat(calls.status("state")).isNull();
  }

  @Test
  void upkeep_isWhatTheServiceCounts() {
    answer(
        "/v1/status",
        200,
        """
        {"flush":{"runs":5,"failures":1},"prune":{"runs":3,"failures":2,"versions":90}}\
        """);
    assertThat(calls.upkeep()).isEqualTo(new UpkeepCounts(5, 3, 90, 3));
    assertThat(calls.upkeep().minus(new UpkeepCounts(4, 1, 80, 3)))
        .isEqualTo(new UpkeepCounts(1, 2, 10, 0));
  }

  @Test
  void checkpoint_isCreatedVerifiedAndDeleted() {
    answer("/v1/admin/checkpoints", 201, "{\"id\":\"c1\",\"revision\":7}");
    answer("/v1/admin/checkpoints/c1/verify", 200, "{\"ok\":true}");
    answer("/v1/admin/checkpoints/c1", 200, "");
    WrongAnswers wrong = new WrongAnswers();
    CheckpointKeeper keeper = new CheckpointKeeper(calls, wrong);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      keeper.runOnce();
      expected.add("POST /v1/admin/checkpoints");
      expected.add("POST /v1/admin/checkpoints/c1/verify");
    }
    expected.add("DELETE /v1/admin/checkpoints/c1");
    assertThat(requests).isEqualTo(expected);
    assertThat(keeper.counts()).isEqualTo(new CheckpointCounts(3, 3, 1));
    assertThat(wrong.first()).isEmpty();
  }

  @Test
  void damagedCheckpoint_isAWrongAnswer() {
    answer("/v1/admin/checkpoints", 201, "{\"id\":\"c1\",\"revision\":7}");
    answer("/v1/admin/checkpoints/c1/verify", 200, "{\"ok\":false}");
    WrongAnswers wrong = new WrongAnswers();
    CheckpointKeeper keeper = new CheckpointKeeper(calls, wrong);
    keeper.runOnce();
    assertThat(wrong.first()).singleElement().asString().startsWith("checkpoint");
    assertThat(keeper.counts()).isEqualTo(new CheckpointCounts(1, 0, 0));
  }

  @Test
  void refusal_hasTheServicesCode() {
    answer("/v1/admin/checkpoints", 507, "{\"code\":\"DISK_FULL\"}");
    assertThatThrownBy(calls::create)
        .isInstanceOfSatisfying(
            ServiceCalls.RefusedException.class, e -> assertThat(e.code()).isEqualTo("DISK_FULL"));
  }

  @Test
  void serviceWithoutCheckpoints_isToldByItsAnswer() {
    answer("/v1/admin/checkpoints", 404, "{\"code\":\"NOT_FOUND\"}");
    assertThat(calls.hasCheckpoints()).isFalse();
  }
}
