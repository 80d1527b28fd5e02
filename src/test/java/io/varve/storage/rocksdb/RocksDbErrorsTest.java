package io.varve.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Tests for {@link RocksDbErrors}. */
final class RocksDbErrorsTest {
  private static final Path DIRECTORY = Path.of("/data/db");

  @ParameterizedTest
  @CsvSource({
    "Corruption, STORAGE_CORRUPTED",
    "IOError, STORAGE_IO",
    "ShutdownInProgress, STORE_UNAVAILABLE",
    "Incomplete, STORE_UNAVAILABLE",
    "Busy, INTERNAL_ERROR",
    "InvalidArgument, INTERNAL_ERROR",
    "NotFound, INTERNAL_ERROR"
  })
  void translate_status(Status.Code status, ErrorCode code) {
    RocksDBException cause = failure(status, "why");

    StoreException translated = RocksDbErrors.translate("write", cause);

    assertThat(translated.code()).isEqualTo(code);
    assertThat(translated.detail()).contains(code == ErrorCode.STORAGE_CORRUPTED ? "why" : "write");
  }

  @Test
  void translate_withoutStatus() {
    StoreException translated = RocksDbErrors.translate("write", new RocksDBException("why"));

    assertThat(translated.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
    assertThat(translated).hasCauseInstanceOf(RocksDBException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "checksum mismatch in /data/123/000012.sst offset 3, 000012.sst",
    "'bad /data/000012.sst The file /data/MANIFEST-000005 may be corrupted.', 000012.sst",
    "'checksum mismatch The file /data/MANIFEST-000005 may be corrupted.', MANIFEST-000005",
    "log /data/1234567.log is short, 1234567.log",
    "CURRENT file does not end with newline, CURRENT"
  })
  void translate_namesTheDamagedFile(String message, String file) {
    StoreException translated =
        RocksDbErrors.translate("read", failure(Status.Code.Corruption, message));

    assertThat(translated.detail())
        .isEqualTo(
            "The store is damaged: File "
                + file
                + ": "
                + message
                + (message.endsWith(".") ? "" : ".")
                + " Restore a checkpoint.");
  }

  @Test
  void translate_damageWithoutAFile() {
    StoreException translated =
        RocksDbErrors.translate("read", failure(Status.Code.Corruption, "bad 12.sst or so"));

    assertThat(translated.detail())
        .isEqualTo("The store is damaged: bad 12.sst or so. Restore a checkpoint.");
  }

  @ParameterizedTest
  @CsvSource({
    "While lock file: /data/db/LOCK: Resource temporarily unavailable, STORE_LOCKED",
    "lock hold by current process: /data/db/LOCK: No locks available, STORE_LOCKED",
    "While open a file: /data/db/000012.sst: Permission denied, DATA_DIRECTORY_NOT_WRITABLE",
    "While mkdir: /data/db: Read-only file system, DATA_DIRECTORY_NOT_WRITABLE",
    "While open: /data/db/MANIFEST-000004: No such file or directory, STORAGE_CORRUPTED",
    "While open: /data/db: No such file or directory, STORAGE_IO",
    "While appending: /data/db/000012.log: No space left on device, STORAGE_IO"
  })
  void opening_ioErrors(String message, ErrorCode code) {
    StoreException translated =
        RocksDbErrors.opening(DIRECTORY, failure(Status.Code.IOError, message));

    assertThat(translated.code()).isEqualTo(code);
  }

  private static RocksDBException failure(Status.Code code, String message) {
    return new RocksDBException(message, new Status(code, Status.SubCode.None, message));
  }
}
