package io.varve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples under {@code docs/examples} run against a fresh service and show what they say. */
@Timeout(300)
final class ExamplesIT {
  @TempDir private Path temp;

  @Test
  void examples_showWhatTheySay() throws Exception {
    try (ServerProcess server = ServerProcess.start(temp, "server", List.of("-Xmx512m"))) {
      assertThat(run(server, "metrics.sh"))
          .contains("varve_engine_state{state=\"open\"} 1.0")
          .contains(
              "http_server_requests_seconds_count{method=\"PUT\",status=\"201\",uri=\"/v1/kv/**\"}"
                  + " 100");
      assertThat(run(server, "prune.sh"))
          .contains("prune-demo/10 has 150 versions")
          .contains("prune-demo/10 has 3 versions")
          .contains("\"versions\":1470")
          .endsWith("version 150\n");
      assertThat(run(server, "bulk.sh"))
          .contains("{\"done\":true,\"operations\":200000,")
          .contains("bulk-demo/00000002");
      assertThat(run(server, "checkpoint.sh"))
          .contains("overwritten")
          .contains("\"ok\":true")
          .containsSubsequence("== Restoring it", "precious", "has a new id", "is deleted");
    }
  }

  private static String run(ServerProcess server, String script)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("bash", "docs/examples/" + script);
    builder.environment().put("VARVE_URL", "http://127.0.0.1:" + server.port());
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}
