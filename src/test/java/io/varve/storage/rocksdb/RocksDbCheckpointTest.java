package io.varve.storage.rocksdb;

import static io.varve.storage.ColumnFamily.LOG;
import static io.varve.storage.ColumnFamily.META;
import static io.varve.storage.ColumnFamily.VERSIONS;
import static io.varve.storage.rocksdb.RocksDbTestStore.bytes;
import static io.varve.storage.rocksdb.RocksDbTestStore.key;
import static io.varve.storage.rocksdb.RocksDbTestStore.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.varve.model.ErrorCode;
import io.varve.model.StoreFailure;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageService;
import io.varve.storage.WriteSync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests for checkpoints of {@link RocksDbStorageService}, and for reading without writing. */
@ExtendWith(NoLeaks.class)
final class RocksDbCheckpointTest {
  @TempDir private Path temporary;
  private Path directory;
  private Path copy;
  private Path infoLogs;

  @BeforeEach
  void name() throws Exception {
    directory = temporary.resolve("db");
    copy = temporary.resolve("copy");
    infoLogs = Files.createDirectory(temporary.resolve("info"));
  }

  @Test
  void checkpoint_hasEverythingOfItsMoment() {
    try (StorageService storage = filled()) {
      storage.checkpoint(copy);
      storage.write(new StorageBatch().put(META, bytes("late"), bytes("1")), WriteSync.SYNCED);
      RocksDbTestStore.ingest(storage, VERSIONS, 500, 600);
    }
    try (StorageService storage = RocksDbTestStore.open(copy)) {
      assertThat(RocksDbTestStore.countRows(storage, VERSIONS)).isEqualTo(500);
      assertThat(RocksDbTestStore.countRows(storage, LOG)).isEqualTo(100);
      assertThat(storage.get(META, bytes("name"))).isEqualTo(bytes("value"));
      assertThat(storage.get(META, bytes("late"))).isNull();
    }
  }

  @Test
  void checkpoint_linksItsFilesAndLeavesNothingElse() throws Exception {
    try (StorageService storage = filled()) {
      storage.checkpoint(copy);
      Path file = RocksDbTestStore.files(copy, ".sst").getFirst();
      assertThat(Files.isSameFile(file, directory.resolve(file.getFileName()))).isTrue();
      assertThat(RocksDbTestStore.files(temporary, "")).containsOnly(directory, copy, infoLogs);
    }
  }

  @Test
  void checkpoint_isIndependentOfTheStore() throws Exception {
    try (StorageService storage = filled()) {
      storage.checkpoint(copy);
      Map<String, String> before = content(copy);
      RocksDbTestStore.ingestDeletes(storage, VERSIONS, 0, 500);
      storage.compact(VERSIONS);
      storage.deleteRange(LOG, key(0), key(100));
      assertThat(content(copy)).isEqualTo(before);
    }
  }

  @Test
  void checkpoint_whereSomethingIs() throws Exception {
    Files.createDirectory(copy);
    try (StorageService storage = filled()) {
      assertThatIllegalArgumentException().isThrownBy(() -> storage.checkpoint(copy));
    }
    assertThat(RocksDbTestStore.files(copy, "")).isEmpty();
  }

  @Test
  void checkpoint_ofAClosedStore() {
    StorageService storage = filled();
    storage.close();
    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> storage.checkpoint(copy));
  }

  @Test
  void openReadOnly_readsWithoutChangingAByte() throws Exception {
    filled().close();
    Map<String, String> before = content(directory);
    try (StorageService storage = openReadOnly()) {
      assertThat(RocksDbTestStore.countRows(storage, VERSIONS)).isEqualTo(500);
      assertThat(storage.first(LOG, key(7), key(8)))
          .isNotNull()
          .satisfies(row -> assertThat(row.value()).isEqualTo(value(7)));
      assertThat(storage.sampleKeys(VERSIONS)).isNotEmpty();
      assertThat(storage.stats().estimatedVersions()).isEqualTo(500);
      assertThat(content(directory)).isEqualTo(before);
    }
    assertThat(content(directory)).isEqualTo(before);
  }

  @Test
  void openReadOnly_readsTheWriteAheadLog() throws Exception {
    try (StorageService storage = filled()) {
      storage.checkpoint(temporary.resolve("other"));
      storage.write(new StorageBatch().put(META, bytes("late"), bytes("1")), WriteSync.SYNCED);
      RocksDbTestStore.copyAsAfterCrash(directory, copy);
    }
    directory = copy;
    Map<String, String> before = content(directory);
    try (StorageService storage = openReadOnly()) {
      assertThat(storage.get(META, bytes("late"))).isEqualTo(bytes("1"));
    }
    assertThat(content(directory)).isEqualTo(before);
  }

  @Test
  void openReadOnly_refusesChanges() throws Exception {
    filled().close();
    Map<String, String> before = content(directory);
    try (StorageService storage = openReadOnly()) {
      List<ThrowingCallable> changes =
          List.of(
              () -> storage.write(new StorageBatch(), WriteSync.SYNCED),
              storage::syncWal,
              () -> storage.ingest(VERSIONS),
              () -> storage.deleteRange(LOG, key(0), key(1)),
              () -> storage.flush(META),
              () -> storage.compact(VERSIONS),
              () -> storage.checkpoint(copy));
      for (ThrowingCallable change : changes) {
        assertThat(StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, change).detail())
            .isEqualTo("The store is open for reading only.");
      }
    }
    assertThat(content(directory)).isEqualTo(before);
    assertThat(copy).doesNotExist();
  }

  @Test
  void openReadOnly_beside() {
    try (StorageService storage = filled();
        StorageService reader = openReadOnly()) {
      assertThat(RocksDbTestStore.countRows(reader, VERSIONS))
          .isEqualTo(RocksDbTestStore.countRows(storage, VERSIONS));
    }
  }

  @Test
  void openReadOnly_whereNothingIs() throws Exception {
    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, this::openReadOnly);
    assertThat(directory).doesNotExist();
    Files.createDirectory(directory);
    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, this::openReadOnly);
    assertThat(RocksDbTestStore.files(directory, "")).isEmpty();
  }

  private StorageService openReadOnly() {
    return RocksDbStorageService.openReadOnly(RocksDbTestStore.settings(directory), infoLogs);
  }

  private StorageService filled() {
    StorageService storage = RocksDbTestStore.open(directory);
    RocksDbTestStore.ingest(storage, VERSIONS, 0, 500);
    StorageBatch batch = new StorageBatch().put(META, bytes("name"), bytes("value"));
    for (int i = 0; i < 100; i++) {
      batch.put(LOG, key(i), value(i));
    }
    storage.write(batch, WriteSync.LOGGED);
    return storage;
  }

  /** Every file and directory below {@code root}, with all bytes. */
  private static Map<String, String> content(Path root) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.toList()) {
        String bytes =
            Files.isDirectory(path) ? "/" : HexFormat.of().formatHex(Files.readAllBytes(path));
        content.put(root.relativize(path).toString(), bytes);
      }
    }
    return content;
  }
}
