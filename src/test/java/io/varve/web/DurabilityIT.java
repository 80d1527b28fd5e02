package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.web.Api.Answer;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.TestPropertySource;

/** What each durability promises, as far as a client can see it. */
final class DurabilityIT {
  @Nested
  @VarveServer
  @ActiveProfiles("wal-off")
  @TestPropertySource(properties = "varve.flush.interval=1h")
  final class WalOff {
    @LocalServerPort private int port;

    @Test
    void write_isDurableAfterTheFlush() {
      Api api = new Api(port);
      Answer put = api.put("/v1/kv/a", "v");
      assertThat(api.get("/v1/kv/a").body()).isEqualTo("v");
      assertThat(Long.parseLong(put.header("Varve-Durable-Revision"))).isLessThan(put.revision());
      assertThat(api.get("/v1/status").json().get("durability").asString()).isEqualTo("FLUSH_ONLY");

      assertThat(api.send("POST", "/v1/admin/flush", "").status()).isEqualTo(200);
      Answer get = api.get("/v1/kv/a");
      assertThat(get.header("Varve-Durable-Revision")).isEqualTo(put.header("Varve-Revision"));
    }
  }

  @Nested
  @VarveServer
  @ActiveProfiles("wal-off")
  @TestPropertySource(properties = "varve.flush.interval=50ms")
  final class WalOffWithTimer {
    @LocalServerPort private int port;

    @Test
    void write_isFlushedByTheTimer() {
      Api api = new Api(port);
      long revision = api.put("/v1/kv/a", "v").revision();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> api.get("/v1/status").json().get("flushedRevision").asLong() == revision);
    }
  }

  @Nested
  @VarveServer
  @TestPropertySource(
      properties = {
        "varve.wal.sync=interval",
        "varve.wal.sync-interval=20ms",
        "varve.flush.interval=1h",
        "varve.flush.max-bytes=1MB",
        "varve.flush.max-commits=20"
      })
  final class WalInterval {
    @LocalServerPort private int port;

    @Test
    void write_isDurableAfterTheInterval() {
      Api api = new Api(port);
      long revision = api.put("/v1/kv/a", "v").revision();
      assertThat(api.get("/v1/status").json().get("durability").asString())
          .isEqualTo("SYNC_ON_INTERVAL");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                Answer answer = api.get("/v1/kv/a");
                return Long.parseLong(answer.header("Varve-Durable-Revision")) >= revision;
              });
    }

    @Test
    void manyCommits_areFlushedWithoutTheTimer() {
      Api api = new Api(port);
      long revision = 0;
      for (int i = 0; i < 25; i++) {
        revision = api.put("/v1/kv/many/" + i, "v").revision();
      }
      long wanted = revision - 10;
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> api.get("/v1/status").json().get("flushedRevision").asLong() >= wanted);
    }
  }
}
