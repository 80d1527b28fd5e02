package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link DataDirectory}. */
final class DataDirectoryTest {
  @TempDir private Path temp;

  @Test
  void prepare_absent_isMade() {
    Path directory = temp.resolve("a/b");
    DataDirectory.prepare(directory);
    assertThat(directory).isEmptyDirectory();
    DataDirectory.prepare(directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"db", "SYNCED", "checkpoints", "lost+found"})
  void prepare_ours_isAccepted(String name) throws IOException {
    Files.createDirectory(temp.resolve(name));
    DataDirectory.prepare(temp);
  }

  @Test
  void prepare_oursAmongOthers_isAccepted() throws IOException {
    Files.createDirectory(temp.resolve("db"));
    Files.createFile(temp.resolve("notes.txt"));
    DataDirectory.prepare(temp);
  }

  @Test
  void prepare_others_isRefused() throws IOException {
    Files.createDirectory(temp.resolve("lost+found"));
    Files.createFile(temp.resolve("notes.txt"));
    assertCode(temp, ErrorCode.NOT_A_VARVE_STORE);
  }

  @Test
  void prepare_file_isRefused() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    assertCode(file, ErrorCode.DATA_DIRECTORY_NOT_WRITABLE);
    assertCode(file.resolve("below"), ErrorCode.DATA_DIRECTORY_NOT_WRITABLE);
  }

  private static void assertCode(Path directory, ErrorCode code) {
    assertThatThrownBy(() -> DataDirectory.prepare(directory))
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
