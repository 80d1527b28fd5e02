package io.varve.storage.rocksdb;

import static io.varve.storage.ColumnFamily.LOG;
import static io.varve.storage.ColumnFamily.META;
import static io.varve.storage.ColumnFamily.VERSIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageService;
import io.varve.storage.WriteSync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for what the engine makes of files that a crash or a bad disk has changed. */
@ExtendWith(NoLeaks.class)
final class RocksDbDamageTest {
  private static final int ROWS = 200;

  @TempDir Path temporary;

  @Test
  void crash_keepsEveryLoggedWrite() throws Exception {
    Path crashed = temporary.resolve("crashed");
    try (StorageService storage = RocksDbTestStore.open(temporary.resolve("db"))) {
      for (int i = 0; i < ROWS; i++) {
        write(storage, i, WriteSync.LOGGED);
      }
      RocksDbTestStore.copyAsAfterCrash(temporary.resolve("db"), crashed);
    }

    try (StorageService storage = RocksDbTestStore.open(crashed)) {
      assertThat(RocksDbTestStore.countRows(storage, LOG)).isEqualTo(ROWS);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 500, 1_500, 10_000, 100_000})
  void truncatedLog_recoversToTheLastWholeBatch(int bytesLost) throws Exception {
    Path crashed = crashedWith(ROWS);
    Path log = RocksDbTestStore.files(crashed, ".log").getLast();
    byte[] content = Files.readAllBytes(log);
    Files.write(log, Arrays.copyOf(content, content.length - bytesLost));

    try (StorageService storage = RocksDbTestStore.open(crashed)) {
      int recovered = RocksDbTestStore.countRows(storage, LOG);
      assertThat(recovered).isBetween(ROWS - 1 - bytesLost / 1_000, ROWS - 1);
      // Row n of both families was one batch: both are there, for the first n and no other.
      for (int i = 0; i < ROWS; i++) {
        byte[] other = storage.get(META, RocksDbTestStore.key(i));
        assertThat(other == null ? -1 : other.length).isEqualTo(i < recovered ? 1 : -1);
      }
      write(storage, recovered, WriteSync.SYNCED);
    }
    try (StorageService storage = RocksDbTestStore.open(crashed)) {
      assertThat(RocksDbTestStore.countRows(storage, LOG)).isBetween(1, ROWS);
    }
  }

  @Test
  void recovery_rewritesTheLogBeforeAnyoneReadsIt() throws Exception {
    Path crashed = crashedWith(ROWS);

    try (StorageService storage = RocksDbTestStore.open(crashed)) {
      assertThat(RocksDbTestStore.bytesOnDisk(crashed, ".sst")).isGreaterThan(ROWS * 1_000L);
      assertThat(RocksDbTestStore.bytesOnDisk(crashed, ".log")).isLessThan(1_000);
      assertThat(RocksDbTestStore.countRows(storage, LOG)).isEqualTo(ROWS);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 0.98, 0.99, 0.999, 1})
  void damagedSortedFile_isNamedAndNeverAnswersWrongly(double share) throws Exception {
    Path directory = temporary.resolve("db");
    try (StorageService storage = RocksDbTestStore.open(directory)) {
      RocksDbTestStore.ingest(storage, VERSIONS, 0, ROWS);
    }
    Path file = RocksDbTestStore.files(directory, ".sst").getFirst();
    RocksDbTestStore.damage(file, share);

    int[] rows = {-1};
    Throwable thrown = null;
    try (StorageService storage = RocksDbTestStore.open(directory)) {
      rows[0] = RocksDbTestStore.countRows(storage, VERSIONS); // checks every value
    } catch (StoreException e) {
      thrown = e;
    }

    if (thrown == null) {
      assertThat(rows[0]).isEqualTo(ROWS); // a byte that nobody needs
    } else {
      assertThat(thrown)
          .hasMessageContaining("File " + file.getFileName())
          .hasMessageContaining("Restore a checkpoint")
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_CORRUPTED));
    }
  }

  @Test
  void damagedSortedFile_failsEveryWayOfReading() throws Exception {
    Path directory = temporary.resolve("db");
    try (StorageService storage = RocksDbTestStore.open(directory)) {
      RocksDbTestStore.ingest(storage, VERSIONS, 0, 4);
    }
    Path file = RocksDbTestStore.files(directory, ".sst").getFirst();
    RocksDbTestStore.damage(file, 0.01);

    try (StorageService storage = RocksDbTestStore.open(directory)) {
      String name = file.getFileName().toString();
      byte[] key = RocksDbTestStore.key(0);
      assertThatDamaged(() -> storage.get(VERSIONS, key), name);
      assertThatDamaged(() -> storage.first(VERSIONS, key, RocksDbTestStore.key(1)), name);
      assertThatDamaged(() -> RocksDbTestStore.countRows(storage, VERSIONS), name);
      assertThatDamaged(() -> storage.compact(VERSIONS), name);
    }
  }

  @Test
  void missingSortedFile_stopsTheOpen() throws Exception {
    Path directory = temporary.resolve("db");
    try (StorageService storage = RocksDbTestStore.open(directory)) {
      RocksDbTestStore.ingest(storage, VERSIONS, 0, ROWS);
    }
    Path file = RocksDbTestStore.files(directory, ".sst").getFirst();
    Files.delete(file);

    assertThatDamaged(
        () -> RocksDbTestStore.open(directory).close(), file.getFileName().toString());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.1, 0.3, 0.5, 0.7, 0.9})
  void damagedManifest_stopsTheOpen(double share) throws Exception {
    Path directory = temporary.resolve("db");
    Path manifest = closedStoreWithManifest(directory);
    RocksDbTestStore.damage(manifest, share);

    assertThatDamaged(
        () -> RocksDbTestStore.open(directory).close(), manifest.getFileName().toString());
  }

  @Test
  void missingManifest_stopsTheOpen() throws Exception {
    Path directory = temporary.resolve("db");
    Path manifest = closedStoreWithManifest(directory);
    Files.delete(manifest);

    assertThatDamaged(
        () -> RocksDbTestStore.open(directory).close(), manifest.getFileName().toString());
  }

  @Test
  void damagedCurrent_stopsTheOpen() throws Exception {
    Path directory = temporary.resolve("db");
    closedStoreWithManifest(directory);
    Files.writeString(directory.resolve("CURRENT"), "rubbish");

    assertThatDamaged(() -> RocksDbTestStore.open(directory).close(), "CURRENT");
  }

  @Test
  void shortenedClosedLog_stopsTheOpen() throws Exception {
    Path directory = temporary.resolve("db");
    Path crashed = temporary.resolve("crashed");
    try (StorageService storage = RocksDbTestStore.open(directory)) {
      write(storage, 0, WriteSync.SYNCED);
      // Ends the first log and records its size, while the metadata in it is still needed.
      storage.flush(LOG);
      write(storage, 1, WriteSync.SYNCED);
      RocksDbTestStore.copyAsAfterCrash(directory, crashed);
    }
    Path first = RocksDbTestStore.files(crashed, ".log").getFirst();
    assertThat(RocksDbTestStore.files(crashed, ".log")).hasSizeGreaterThan(1);
    byte[] content = Files.readAllBytes(first);
    Files.write(first, Arrays.copyOf(content, content.length - 1));

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> RocksDbTestStore.open(crashed).close())
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_CORRUPTED));
  }

  private Path crashedWith(int rows) throws IOException {
    Path directory = temporary.resolve("db");
    Path crashed = temporary.resolve("crashed");
    try (StorageService storage = RocksDbTestStore.open(directory)) {
      for (int i = 0; i < rows; i++) {
        write(storage, i, WriteSync.LOGGED);
      }
      storage.syncWal();
      RocksDbTestStore.copyAsAfterCrash(directory, crashed);
    }
    return crashed;
  }

  private static Path closedStoreWithManifest(Path directory) throws IOException {
    try (StorageService storage = RocksDbTestStore.open(directory)) {
      RocksDbTestStore.ingest(storage, VERSIONS, 0, ROWS);
    }
    return directory.resolve(Files.readString(directory.resolve("CURRENT")).strip());
  }

  private static void write(StorageService storage, int number, WriteSync sync) {
    byte[] key = RocksDbTestStore.key(number);
    storage.write(
        new StorageBatch()
            .put(LOG, key, RocksDbTestStore.value(number))
            .put(META, key, new byte[1]),
        sync);
  }

  private static void assertThatDamaged(Runnable call, String file) {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(call::run)
        .withMessageContaining("File " + file)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_CORRUPTED));
  }
}
