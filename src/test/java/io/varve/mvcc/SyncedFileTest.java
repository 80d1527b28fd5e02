package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.ErrorCode;
import io.varve.model.StoreFailure;
import io.varve.model.StoreId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link SyncedFile}. */
final class SyncedFileTest {
  private static final StoreId ID = StoreId.of(0xAB);

  @TempDir Path directory;

  @Test
  void write_goldenContent() throws IOException {
    new SyncedFile(directory).write(ID, 258);

    assertThat(directory.resolve("SYNCED")).hasContent("00000000000000ab\n258\n");
    assertThat(directory.resolve("SYNCED.tmp")).doesNotExist();
    assertThat(new SyncedFile(directory).read(ID)).isEqualTo(258);
  }

  @Test
  void write_replacesTheOldFile() {
    SyncedFile file = new SyncedFile(directory);
    file.write(ID, 123_456);
    file.write(ID, 7);

    assertThat(file.read(ID)).isEqualTo(7);
  }

  @Test
  void write_leftOverTemporaryFile() throws IOException {
    Files.writeString(directory.resolve("SYNCED.tmp"), "a longer text that a crash left behind\n");
    new SyncedFile(directory).write(ID, 7);

    assertThat(new SyncedFile(directory).read(ID)).isEqualTo(7);
  }

  @Test
  void write_directoryIsGone() {
    SyncedFile file = new SyncedFile(directory.resolve("absent"));

    StoreFailure.expect(ErrorCode.STORAGE_IO, () -> file.write(ID, 7));
  }

  @Test
  void read_noFile() {
    assertThat(new SyncedFile(directory).read(ID)).isZero();
  }

  @Test
  void read_fileOfAnotherStore() {
    new SyncedFile(directory).write(StoreId.of(1), 258);

    assertThat(new SyncedFile(directory).read(ID)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00000000000000ab",
        "00000000000000ab\n",
        "00000000000000ab\n25", // cut short: it may have been 258
        "00000000000000ab\n-1\n",
        "00000000000000ab\nabc\n",
        "00000000000000ab\n99999999999999999999\n",
        "00000000000000ab\n9007199254740992\n", // above 2^53 - 1
        "00000000000000ab\n258\n1\n",
        "\u00fc\n1\n"
      })
  void read_damagedFile(String content) throws IOException {
    Files.writeString(directory.resolve("SYNCED"), content);

    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> new SyncedFile(directory).read(ID));
  }
}
