package io.varve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.web.Api;
import io.varve.web.Api.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Default settings and little room, filled by ten keys that are overwritten: what takes the room is
 * the change log and the history. Much less time than these may stay must do to get out of it.
 */
@Timeout(300)
final class FullOfHistoryIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int KEYS = 10;
  private static final int ENOUGH = 10_000;

  /** Runs of prune after which an alarm that has not ended is believed to stay. */
  private static final int RUNS = 3;

  private static final String VALUE = SmallDisk.incompressible(100 << 10);

  @TempDir private Path temp;
  private @Nullable SmallDisk disk;
  private @Nullable ServerProcess running;
  private @Nullable Api connected;
  private int written;

  /** What there is little of. */
  enum Room {
    DISK,
    QUOTA
  }

  private void start(Room room) throws Exception {
    Path directory = temp.resolve("small");
    if (room == Room.DISK) {
      disk = SmallDisk.mount(directory, 400);
      running = ServerProcess.start(directory, "server", List.of());
    } else {
      Files.createDirectory(directory);
      running =
          ServerProcess.start(directory, "server", List.of(), "--varve.disk.max-store-bytes=64MB");
    }
    connected = server().api();
  }

  private ServerProcess server() {
    return Objects.requireNonNull(running);
  }

  private Api api() {
    return Objects.requireNonNull(connected);
  }

  @AfterEach
  void stop() throws Exception {
    if (running != null) {
      running.close();
    }
    if (disk != null) {
      disk.unmount();
    }
  }

  private Answer put() {
    return api().put("/v1/kv/k" + written % KEYS, written + VALUE);
  }

  private int pruneRuns() {
    Answer status = api().get("/v1/status");
    assertThat(status.status()).as(status.body()).isEqualTo(200);
    return status.json().get("prune").get("runs").asInt();
  }

  private void overwriteUntilFull(Room room) {
    for (int i = 0; i < ENOUGH; i++) {
      Answer answer = put();
      if (answer.status() == 507) {
        assertThat(answer.json().get("code").asString()).isEqualTo("DISK_FULL");
        Answer health = api().get("/actuator/health/writes");
        assertThat(health.json().get("details").get("alarm").asString()).isIn(room.name(), "NONE");
        return;
      }
      assertThat(answer.status()).as(answer.body()).isIn(200, 201);
      written++;
    }
    throw new AssertionError("It has more room than it should.");
  }

  private void awaitWritable() {
    await().atMost(PATIENCE).until(() -> put().status() != 507);
    await().atMost(PATIENCE).until(() -> api().get("/actuator/health/writes").status() == 200);
    assertThat(put().status()).isIn(200, 201);
  }

  private void deleteAll() {
    for (int i = 0; i < KEYS; i++) {
      String path = "/v1/kv/k" + i;
      await().atMost(PATIENCE).until(() -> api().delete(path).status() == 200);
    }
  }

  /** Nobody does anything: the log alone was too much. */
  @ParameterizedTest
  @EnumSource
  void firstAlarm_endsByItself(Room room) throws Exception {
    start(room);
    overwriteUntilFull(room);
    awaitWritable();
    assertThat(server().log()).doesNotContain("The store is read-only");
  }

  /** Every version is younger than prune's keep-age: only who asks for it has them removed. */
  @ParameterizedTest
  @EnumSource
  void alarmThatStays_endsOnceKeysAreDeletedAndPruned(Room room) throws Exception {
    start(room);
    overwriteUntilTheAlarmStays(room);
    deleteAll();
    await().atMost(PATIENCE).until(() -> api().post("/v1/admin/flush", "").status() == 200);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                api().post("/v1/admin/prune", "{\"keepVersions\":1,\"keepAge\":\"PT0S\"}").status()
                    == 200);
    await().atMost(PATIENCE).until(() -> api().post("/v1/admin/compact", "").status() != 409);
    awaitWritable();
    assertThat(server().log()).doesNotContain("The store is read-only");
  }

  private void overwriteUntilTheAlarmStays(Room room) {
    boolean[] stays = {false};
    while (!stays[0]) {
      overwriteUntilFull(room);
      int before = pruneRuns();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                stays[0] = pruneRuns() >= before + RUNS;
                return stays[0] || put().status() != 507;
              });
    }
  }
}
