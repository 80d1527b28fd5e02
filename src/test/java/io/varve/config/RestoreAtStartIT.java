package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.varve.ServerProcess;
import io.varve.VarveApplication;
import io.varve.checkpoint.Checkpoint;
import io.varve.checkpoint.CheckpointManifest;
import io.varve.checkpoint.CheckpointOrigin;
import io.varve.checkpoint.CheckpointService;
import io.varve.jobs.CheckpointJob;
import io.varve.txn.StoreSessions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole service with checkpoints: made by its timer, and restored by its start. */
@ExtendWith(OutputCaptureExtension.class)
final class RestoreAtStartIT {
  private static final String BROKEN = "MANIFEST-999999\n";

  @TempDir private Path temp;

  private ConfigurableApplicationContext start(String... more) {
    return start(temp.resolve("data"), more);
  }

  private static ConfigurableApplicationContext start(Path data, String... more) {
    String[] arguments = new String[more.length + 2];
    arguments[0] = "--varve.data-dir=" + data;
    arguments[1] = "--server.port=0";
    System.arraycopy(more, 0, arguments, 2, more.length);
    return SpringApplication.run(VarveApplication.class, arguments);
  }

  private CheckpointManifest checkpoint() {
    try (var context = start()) {
      return context.getBean(CheckpointService.class).create(CheckpointOrigin.MANUAL);
    }
  }

  private Path database() {
    return temp.resolve("data/db");
  }

  @Test
  void brokenStore_isReplacedOnce(CapturedOutput output) throws Exception {
    CheckpointManifest made = checkpoint();
    Files.writeString(database().resolve("CURRENT"), BROKEN);
    String storeId;
    try (var context = start("--varve.restore=" + made.id())) {
      storeId = context.getBean(StoreSessions.class).storeId().text();
      assertThat(storeId).isNotEqualTo(made.storeId());
      assertThat(database().resolve("RESTORED")).hasContent(made.id() + "\n");
    }
    try (var context = start("--varve.restore=" + made.id())) {
      assertThat(context.getBean(StoreSessions.class).storeId().text()).isEqualTo(storeId);
    }
    assertThat(output.getAll())
        .contains("is not restored again", "delete the file " + database().resolve("RESTORED"));
  }

  @Test
  void damagedCheckpoint_stopsTheStart(CapturedOutput output) throws Exception {
    CheckpointManifest made = checkpoint();
    Path checkpoint = temp.resolve("data/checkpoints").resolve(made.id());
    Files.writeString(checkpoint.resolve("db/more"), "");
    assertFails(
        made.id(),
        output,
        "Checkpoint " + made.id() + " is damaged: File db/more does not belong to it.",
        "Set varve.restore (VARVE_RESTORE) to another checkpoint");
    try (var context = start("--varve.restore=")) {
      assertThat(context.getBean(StoreSessions.class).storeId().text()).isEqualTo(made.storeId());
    }
  }

  @Test
  void unknownCheckpoint_stopsTheStart(CapturedOutput output) {
    assertFails(
        "../db",
        output,
        "There is no checkpoint of this id.",
        "to the name of a directory in varve.checkpoint.dir");
  }

  @Test
  void openStore_isNotReplaced(CapturedOutput output) throws Exception {
    CheckpointManifest made = checkpoint();
    Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("data"));
    try (var context = start()) {
      for (Path name : List.of(temp.resolve("data"), link, temp.resolve("data/../data"))) {
        assertFails(
            name,
            made.id(),
            output,
            "The store in " + name.resolve("db") + " is already open in this process.",
            "Stop the other process or application context");
      }
      assertThat(database().resolve("RESTORED")).doesNotExist();
      assertThat(context.getBean(StoreSessions.class).storeId().text()).isEqualTo(made.storeId());
      // The attempts have not given its lock away either.
      try (ServerProcess other = ServerProcess.launch(temp, "other", List.of())) {
        assertThat(other.awaitExit()).isNotZero();
        assertThat(other.log()).contains("is open in another process");
      }
    }
  }

  private void assertFails(String id, CapturedOutput output, String description, String action) {
    assertFails(temp.resolve("data"), id, output, description, action);
  }

  private static void assertFails(
      Path data, String id, CapturedOutput output, String description, String action) {
    Throwable failure = catchThrowable(() -> start(data, "--varve.restore=" + id).close());
    assertThat(failure).isNotNull();
    assertThat(output.getAll())
        .contains("APPLICATION FAILED TO START")
        .contains(description)
        .contains(action)
        .doesNotContain("\tat io.varve");
  }

  @Test
  void interruptedRestore_isFinished() throws Exception {
    CheckpointManifest made = checkpoint();
    Path data = temp.resolve("data");
    Files.move(database(), data.resolve("restore.ready"));
    Files.createDirectories(data.resolve("db.old"));
    Files.createDirectories(data.resolve("checkpoints/20260101T000000Z.tmp"));
    try (var context = start()) {
      assertThat(context.getBean(StoreSessions.class).storeId().text()).isEqualTo(made.storeId());
      assertThat(names(data)).containsExactly("SYNCED", "checkpoints", "db");
      assertThat(names(data.resolve("checkpoints"))).containsExactly(made.id());
    }
  }

  private static List<String> names(Path directory) throws Exception {
    try (var entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void timer_makesAndKeepsCheckpoints() {
    Path elsewhere = temp.resolve("elsewhere");
    try (var context =
        start(
            "--varve.checkpoint.interval=20ms",
            "--varve.checkpoint.keep=2",
            "--varve.checkpoint.dir=" + elsewhere)) {
      CheckpointJob job = context.getBean(CheckpointJob.class);
      CheckpointService service = context.getBean(CheckpointService.class);
      await().until(() -> job.stats().runs() >= 4);
      assertThat(elsewhere).isDirectoryContaining(path -> path.toString().contains("-r0"));
      List<Checkpoint> found = service.list();
      assertThat(found.size()).isBetween(2, 3);
    }
  }
}
