package io.varve.storage.rocksdb;

import static io.varve.storage.ColumnFamily.LOG;
import static io.varve.storage.ColumnFamily.META;
import static io.varve.storage.ColumnFamily.VERSIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.storage.StorageBatch;
import io.varve.storage.StorageService;
import io.varve.storage.WriteSync;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.TickerType;

/** Tests for which calls put the write-ahead log on stable storage, by RocksDB's own count. */
@ExtendWith(NoLeaks.class)
final class RocksDbDurabilityTest {
  static {
    RocksDbLibrary.load();
  }

  @TempDir Path directory;

  private final Statistics statistics = new Statistics();
  private StorageService storage;

  @BeforeEach
  void open() {
    statistics.setStatsLevel(StatsLevel.ALL);
    storage =
        RocksDbStorageService.open(
            RocksDbTestStore.settings(directory), options -> options.setStatistics(statistics));
  }

  @AfterEach
  void close() {
    storage.close();
    statistics.close();
  }

  @Test
  void write_logged() {
    long before = syncs();

    write(WriteSync.LOGGED);

    assertThat(syncs()).isEqualTo(before);
    assertThat(statistics.getTickerCount(TickerType.WRITE_WITH_WAL)).isPositive();
  }

  @Test
  void write_synced() {
    long before = syncs();

    write(WriteSync.SYNCED);

    assertThat(syncs()).isEqualTo(before + 1);
  }

  @Test
  void syncWal_syncsOnce() {
    write(WriteSync.LOGGED);
    write(WriteSync.LOGGED);
    long before = syncs();

    storage.syncWal();

    assertThat(syncs()).isEqualTo(before + 1);
  }

  @Test
  void deleteRange_isSynced() {
    long before = syncs();

    storage.deleteRange(LOG, RocksDbTestStore.key(0), RocksDbTestStore.key(1));

    assertThat(syncs()).isEqualTo(before + 1);
  }

  @Test
  void ingest_doesNotSyncTheLog() {
    write(WriteSync.LOGGED);
    long before = syncs();

    RocksDbTestStore.ingest(storage, VERSIONS, 0, 10);

    assertThat(syncs()).isEqualTo(before);
  }

  @Test
  void close_syncsTheLog() {
    write(WriteSync.LOGGED);
    long before = syncs();

    storage.close();

    assertThat(syncs()).isEqualTo(before + 1);
  }

  private long syncs() {
    return statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
  }

  private void write(WriteSync sync) {
    storage.write(
        new StorageBatch().put(META, RocksDbTestStore.key(1), RocksDbTestStore.value(1)), sync);
  }
}
