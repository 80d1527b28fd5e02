package io.varve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.web.Api;
import io.varve.web.Api.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full: a file system of 64 MiB. Skipped where none can be mounted. */
@Timeout(300)
final class DiskFullIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final String VALUE = SmallDisk.incompressible(64 << 10);

  private static final int ENOUGH = 2_000;

  @TempDir private Path temp;
  private Path disk;
  private SmallDisk mounted;
  private ServerProcess server;
  private Api api;

  @BeforeEach
  void mountAndStart() throws Exception {
    disk = temp.resolve("disk");
    mounted = SmallDisk.mount(disk, 64);
    server =
        ServerProcess.start(
            disk,
            "server",
            List.of(),
            "--varve.disk.check-interval=20ms",
            "--varve.reopen.first-pause=50ms",
            "--varve.flush.interval=1s",
            "--varve.prune.interval=1s",
            "--varve.flush.max-bytes=1MB",
            "--varve.overlay.max-bytes=4MB",
            "--varve.rocksdb.log-write-buffer=1MB",
            "--varve.rocksdb.meta-write-buffer=1MB",
            "--varve.rocksdb.sst-target-size=1MB",
            "--varve.log.keep-bytes=1MB",
            "--varve.log.keep-age=0s");
    api = server.api();
  }

  @AfterEach
  void stopAndUnmount() throws Exception {
    if (server != null) {
      server.close();
    }
    if (mounted != null) {
      mounted.unmount();
    }
  }

  private Answer put(String key) {
    return api.put("/v1/kv/" + key, VALUE);
  }

  private void assertReadable(List<String> keys) {
    for (String key : keys) {
      assertThat(api.get("/v1/kv/" + key).status()).as(key).isEqualTo(200);
    }
  }

  private void awaitWritable(String key) {
    await().atMost(PATIENCE).until(() -> put(key).status() == 201);
    await().atMost(PATIENCE).until(() -> api.get("/actuator/health/writes").status() == 200);
  }

  /** Its own data fills the disk: nothing fails, and deleting makes room. */
  @Test
  void store_thatFillsTheDisk_refusesWrites_untilKeysAreDeleted() throws Exception {
    List<String> written = fillUntilTheAlarmStays();
    assertThat(written).hasSizeGreaterThan(100);
    assertReadable(written);
    assertThat(api.get("/readyz").status()).as("it still reads").isEqualTo(200);

    for (String key : written.subList(1, written.size())) {
      await().atMost(PATIENCE).until(() -> api.delete("/v1/kv/" + key).status() == 200);
    }
    await().atMost(PATIENCE).until(() -> api.post("/v1/admin/flush", "").status() == 200);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                api.post("/v1/admin/prune", "{\"keepVersions\":1,\"keepAge\":\"PT0S\"}").status()
                    == 200);
    assertThat(api.post("/v1/admin/compact", "").status()).isEqualTo(202);
    awaitWritable("again");
    assertReadable(List.of("k0", "again"));
    assertThat(server.log()).doesNotContain("The store is read-only");
  }

  /** The first alarms end soon, since each makes the server flush and prune. */
  private List<String> fillUntilTheAlarmStays() {
    List<String> written = new ArrayList<>();
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              String key = "k" + written.size();
              Answer answer = put(key);
              if (answer.status() == 201) {
                written.add(key);
                return false;
              }
              assertThat(answer.status()).as(answer.body()).isEqualTo(507);
              assertThat(answer.json().get("code").asString()).isEqualTo("DISK_FULL");
              assertThat(answer.json().get("retryable").asBoolean()).isTrue();
              return healthAndMetersTell();
            });
    return written;
  }

  private boolean healthAndMetersTell() {
    Answer health = api.get("/actuator/health/writes");
    return health.status() == 503
        && health.json().get("details").get("alarm").asString().equals("DISK")
        && api.get("/actuator/prometheus").body().contains("varve_alarm{type=\"disk\"} 1.0");
  }

  /** Somebody else fills the disk to the last byte, under the feet of the engine. */
  @Test
  void disk_thatSomebodyElseFills_refusesWrites_untilItHasRoom() throws Exception {
    List<String> written = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      assertThat(put("k" + i).status()).isEqualTo(201);
      written.add("k" + i);
    }
    Path ballast = disk.resolve("ballast");
    fill(ballast);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              Answer refused = put("refused");
              assertThat(refused.status()).isIn(503, 507); // the first may meet the engine
              return refused.status() == 507;
            });
    assertReadable(written);
    assertThat(api.get("/readyz").status()).isEqualTo(200);

    Files.delete(ballast);
    awaitWritable("again");
    assertReadable(written);
    assertReadable(List.of("again"));
  }

  private static void fill(Path file) throws IOException {
    byte[] block = new byte[64 << 10];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < ENOUGH; i++) {
        out.write(block);
      }
      throw new AssertionError("the disk is larger than it should be");
    } catch (IOException _) {
      assertThat(Files.size(file)).as("the disk is full").isPositive();
    }
  }
}
