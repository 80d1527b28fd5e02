package io.varve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.tracing.RequestSpans;
import io.varve.web.Api;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** In the profile {@code json-logs} whatever the process writes is JSON, line by line. */
final class JsonLogsIT {
  /** Logged with a stack, since nothing listens there. */
  private static final String FAILED = "Failed to export spans";

  private static final int TRACE_ID = 3;
  private static final int SPAN_ID = 36;
  private static final int FLAGS = 53;

  @TempDir private Path temp;

  @Test
  void everyLine_isJson() throws Exception {
    JsonMapper json = JsonMapper.builder().build();
    try (ServerProcess server =
        ServerProcess.start(
            temp,
            "server",
            List.of(),
            "--spring.profiles.active=json-logs",
            "--logging.level.org.springframework.web.servlet.DispatcherServlet=debug",
            "--varve.tracing.endpoint=http://127.0.0.1:1/v1/traces",
            "--varve.tracing.sampling=1")) {
      Api.Answer get = server.api().get("/v1/limits");
      String response = get.header(RequestSpans.TRACE_RESPONSE);
      await().atMost(ServerProcess.PATIENCE).until(() -> server.log().contains(FAILED));
      server.terminate();
      assertThat(server.awaitExit()).isZero();

      List<JsonNode> lines = server.log().lines().map(json::readTree).toList();
      assertThat(lines)
          .hasSizeGreaterThan(5)
          .allSatisfy(
              line -> {
                assertThat(line.at("/@timestamp").asString()).isNotBlank();
                assertThat(line.at("/message").asString()).isNotBlank();
                assertThat(line.at("/log/level").asString()).isNotBlank();
                assertThat(line.at("/service/name").asString()).isEqualTo("varve");
              })
          .anySatisfy(
              line -> {
                assertThat(line.at("/trace.id").asString())
                    .isEqualTo(response.substring(TRACE_ID, SPAN_ID - 1));
                assertThat(line.at("/span.id").asString())
                    .isEqualTo(response.substring(SPAN_ID, FLAGS - 1));
              })
          .anySatisfy(line -> assertThat(line.at("/error/stack_trace").asString()).contains("\n"));
      // The log is on, as with no profile at all.
      assertThat(server.log()).contains("SYNC_ON_COMMIT");
    }
  }
}
