package io.varve.storage.rocksdb;

import static io.varve.storage.ColumnFamily.LOG;
import static io.varve.storage.ColumnFamily.META;
import static io.varve.storage.ColumnFamily.VERSIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import io.varve.storage.ColumnFamily;
import io.varve.storage.SortedIngest;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import io.varve.storage.StorageServiceContract;
import io.varve.storage.StorageStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests for {@link RocksDbStorageService}: the contract, and how it deals with its files. */
@ExtendWith(NoLeaks.class)
final class RocksDbStorageServiceTest extends StorageServiceContract {
  @Override
  protected StorageService open(Path directory) {
    return RocksDbTestStore.open(directory.resolve("parent/db"));
  }

  private Path files() {
    return directory.resolve("parent/db");
  }

  @Test
  void open_makesTheDirectory() {
    assertThat(files().resolve("CURRENT")).exists();
  }

  @Test
  void ingest_severalFilesAreOneStep() {
    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      for (int i = 0; i < 1_000; i++) {
        ingest.put(RocksDbTestStore.key(i), RocksDbTestStore.value(i));
      }
      assertThat(RocksDbTestStore.files(staging(), ".sst")).hasSizeGreaterThan(2);
      assertThat(RocksDbTestStore.countRows(storage, VERSIONS)).isZero();
      ingest.commit();
    }

    assertThat(RocksDbTestStore.countRows(storage, VERSIONS)).isEqualTo(1_000);
    assertThat(RocksDbTestStore.files(files(), ".sst")).hasSizeGreaterThan(2);
  }

  @Test
  void ingest_leavesNoTemporaryFile() {
    RocksDbTestStore.ingest(storage, VERSIONS, 0, 1_000);
    assertThat(RocksDbTestStore.files(staging(), "")).isEmpty();

    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      ingest.put(bytes("a"), bytes("1"));
      assertThat(RocksDbTestStore.files(staging(), "")).hasSize(1);
    }
    assertThat(RocksDbTestStore.files(staging(), "")).isEmpty();
  }

  @Test
  void ingest_movesItsFiles() throws Exception {
    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      ingest.put(bytes("a"), bytes("1"));
      Object written = fileKey(RocksDbTestStore.files(staging(), ".sst").getFirst());
      ingest.commit();

      Object ingested = fileKey(RocksDbTestStore.files(files(), ".sst").getFirst());
      assertThat(ingested).isEqualTo(written);
    }
  }

  @Test
  void ingest_overTheMemtableOfTheLogIsRefused() {
    write(new StorageBatch().put(LOG, bytes("b"), bytes("written")));

    try (SortedIngest ingest = storage.ingest(LOG)) {
      ingest.put(bytes("a"), bytes("1"));
      ingest.put(bytes("c"), bytes("1"));
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(ingest::commit)
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL_ERROR));
    }

    assertThat(rows(LOG)).containsExactly("b=written");
  }

  @Test
  void ingest_failedHalfWay() throws Exception {
    Files.delete(staging());
    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> ingest.put(bytes("a"), bytes("1")))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_IO));
      Files.createDirectory(staging());

      assertThatIllegalStateException().isThrownBy(() -> ingest.put(bytes("b"), bytes("1")));
      assertThatIllegalStateException().isThrownBy(ingest::commit);
    }

    assertThat(rows(VERSIONS)).isEmpty();
    ingest(VERSIONS, "a=1");
    assertThat(rows(VERSIONS)).containsExactly("a=1");
  }

  @Test
  void deleteRange_givesFilesBack() throws Exception {
    RocksDbTestStore.ingest(storage, LOG, 0, 4_000);
    long before = RocksDbTestStore.bytesOnDisk(files(), ".sst");

    storage.deleteRange(LOG, RocksDbTestStore.key(0), RocksDbTestStore.key(3_900));

    awaitFewerBytesThan(before / 5);
    assertThat(RocksDbTestStore.countRows(storage, LOG)).isEqualTo(100);
  }

  @Test
  void deleteRange_ofWrittenRowsGivesFilesBack() throws Exception {
    for (int i = 0; i < 8_000; i++) {
      write(new StorageBatch().put(LOG, RocksDbTestStore.key(i), RocksDbTestStore.value(i)));
    }
    storage.compact(LOG);
    long before = RocksDbTestStore.bytesOnDisk(files(), ".sst");

    storage.deleteRange(LOG, RocksDbTestStore.key(0), RocksDbTestStore.key(7_900));

    awaitFewerBytesThan(before / 5);
    assertThat(RocksDbTestStore.countRows(storage, LOG)).isEqualTo(100);
  }

  @Test
  void compact_givesTheSpaceOfRemovedRowsBack() throws Exception {
    RocksDbTestStore.ingest(storage, VERSIONS, 0, 4_000);
    storage.compact(VERSIONS);
    long before = RocksDbTestStore.bytesOnDisk(files(), ".sst");
    RocksDbTestStore.ingestDeletes(storage, VERSIONS, 0, 3_900);

    storage.compact(VERSIONS);

    awaitFewerBytesThan(before / 20);
    assertThat(RocksDbTestStore.countRows(storage, VERSIONS)).isEqualTo(100);
  }

  @Test
  void stats_followTheData() {
    RocksDbTestStore.ingest(storage, VERSIONS, 0, 1_000);
    write(new StorageBatch().put(META, bytes("k"), new byte[10_000]));

    StorageStats stats = storage.stats();

    assertThat(stats.estimatedVersions()).isEqualTo(1_000);
    assertThat(stats.liveSstBytes()).isBetween(1_000_000L, 1_200_000L);
    assertThat(stats.totalSstBytes()).isGreaterThanOrEqualTo(stats.liveSstBytes());
    assertThat(stats.memtableBytes()).isGreaterThan(10_000);
    assertThat(stats.openHandles()).isPositive();
  }

  @Test
  void stats_countFilesAtLevelZero() {
    ingest(VERSIONS, "a=1", "z=1");
    ingest(VERSIONS, "a=2", "z=2");

    assertThat(storage.stats().level0Files()).isPositive();
    storage.compact(VERSIONS);
    assertThat(storage.stats().level0Files()).isZero();
  }

  @Test
  void stats_countOpenCursors() {
    long before = storage.stats().openHandles();

    try (StorageIterator cursor = storage.iterate(VERSIONS)) {
      assertThat(cursor.valid()).isFalse();
      assertThat(storage.stats().openHandles()).isEqualTo(before + 2);
    }
    assertThat(storage.stats().openHandles()).isEqualTo(before);
  }

  @Test
  void close_callsACompactionOff() throws Exception {
    // Whether the compaction ends first or is called off, both calls return.
    RocksDbTestStore.ingest(storage, VERSIONS, 0, 20_000);

    race(
        thread -> {
          try {
            if (thread == 0) {
              storage.close();
            } else {
              storage.compact(VERSIONS);
            }
          } catch (StoreException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
          }
        });

    storage = open(directory);
    assertThat(RocksDbTestStore.countRows(storage, VERSIONS)).isEqualTo(20_000);
  }

  @Test
  void reopen_manyTimes() {
    for (int i = 0; i < 10; i++) {
      for (ColumnFamily family : ColumnFamily.values()) {
        storage.get(family, bytes("k"));
      }
      write(new StorageBatch().put(META, bytes("k" + i), bytes("v")));
      reopen();
    }

    assertThat(rows(META)).hasSize(10);
  }

  /** A background thread deletes files just after the compaction that replaced them. */
  private void awaitFewerBytesThan(long bytes) {
    await()
        .untilAsserted(
            () -> assertThat(RocksDbTestStore.bytesOnDisk(files(), ".sst")).isLessThan(bytes));
  }

  /** The same for two names of one file. */
  private static @Nullable Object fileKey(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  private Path staging() {
    return files().resolve("ingest");
  }
}
