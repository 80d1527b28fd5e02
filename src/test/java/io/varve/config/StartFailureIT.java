package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.varve.VarveApplication;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageBatch;
import io.varve.storage.WriteSync;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** A store that cannot be opened stops the start with words that help. */
@ExtendWith(OutputCaptureExtension.class)
final class StartFailureIT {
  @TempDir private Path temp;

  @Test
  void notWritable_saysSo(CapturedOutput output) throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    Path directory = file.resolve("data");
    assertFails(
        directory,
        output,
        "Directory " + directory + " cannot be written.",
        "Let the user that runs Varve write to the directory");
  }

  @Test
  void anotherDirectory_isLeftAlone(CapturedOutput output) throws IOException {
    Path directory = Files.createDirectory(temp.resolve("photos"));
    Path photo = Files.writeString(directory.resolve("photo.jpg"), "x");
    assertFails(
        directory,
        output,
        "Directory "
            + directory
            + " is not a Varve store: it is not empty and holds none of"
            + " [SYNCED, checkpoints, db].",
        "Set varve.data-dir (VARVE_DATA_DIR) to an empty directory or to a Varve store.");
    assertThat(directory).isDirectoryContaining(photo::equals);
    assertThat(directory.toFile().list()).hasSize(1);
  }

  @Test
  void unknownFormat_namesBothVersions(CapturedOutput output) throws IOException {
    Path directory = Files.createDirectory(temp.resolve("newer"));
    try (var engine =
        RocksDbStorageService.open(RocksDbSettings.defaults(directory.resolve("db")))) {
      StorageBatch rows = new StorageBatch();
      rows.put(
          ColumnFamily.META,
          "format".getBytes(StandardCharsets.US_ASCII),
          ByteBuffer.allocate(Integer.BYTES).putInt(99).array());
      engine.write(rows, WriteSync.SYNCED);
    }
    assertFails(
        directory,
        output,
        "The store has format version 99; this program knows version 2.",
        "Start the version of Varve that wrote the store");
  }

  @Test
  void lockedStore_saysSo(CapturedOutput output) {
    Path directory = temp.resolve("busy");
    Path engineDirectory = directory.resolve("db");
    try (var _ = RocksDbStorageService.open(RocksDbSettings.defaults(engineDirectory))) {
      assertFails(
          directory,
          output,
          "The store in " + engineDirectory + " is already open in this process.",
          "Stop the other process");
    }
  }

  @Test
  void damagedStore_saysSo(CapturedOutput output) throws IOException {
    Path directory = temp.resolve("damaged");
    Path engineDirectory = directory.resolve("db");
    try (var engine = RocksDbStorageService.open(RocksDbSettings.defaults(engineDirectory))) {
      engine.compact(ColumnFamily.VERSIONS);
    }
    Files.writeString(engineDirectory.resolve("CURRENT"), "MANIFEST-999999\n");
    assertFails(directory, output, "The store is damaged:", "Restore a checkpoint");
  }

  @Test
  void badSetting_namesIt(CapturedOutput output) {
    Throwable failure =
        catchThrowable(
            () -> start(temp.resolve("unused"), "--varve.overlay.max-bytes=32MB").close());
    assertThat(failure).isNotNull();
    assertThat(output.getAll())
        .contains("APPLICATION FAILED TO START")
        .contains("varve.overlay.max-bytes")
        .contains("It must be above varve.flush.max-bytes");
  }

  private static void assertFails(
      Path directory, CapturedOutput output, String description, String action) {
    Throwable failure = catchThrowable(() -> start(directory).close());
    assertThat(failure).isNotNull();
    assertThat(output.getAll())
        .contains("APPLICATION FAILED TO START")
        .contains(description)
        .contains(action)
        .as("a stack trace helps nobody here")
        .doesNotContain("\tat io.varve");
  }

  private static ConfigurableApplicationContext start(Path directory, String... more) {
    String[] arguments = new String[more.length + 2];
    arguments[0] = "--varve.data-dir=" + directory;
    arguments[1] = "--server.port=0";
    System.arraycopy(more, 0, arguments, 2, more.length);
    return SpringApplication.run(VarveApplication.class, arguments);
  }
}
