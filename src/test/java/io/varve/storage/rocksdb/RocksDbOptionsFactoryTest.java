package io.varve.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.storage.ColumnFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.RocksDBException;
import org.rocksdb.TableProperties;
import org.rocksdb.WriteOptions;

/**
 * Tests for {@link RocksDbOptionsFactory}: what RocksDB says it runs with, in the file that it
 * writes at every open.
 */
@ExtendWith(NoLeaks.class)
final class RocksDbOptionsFactoryTest {
  private static final long MIB = 1 << 20;

  @TempDir Path directory;

  /** Section to name to value. */
  private final Map<String, Map<String, String>> effective = new HashMap<>();

  @BeforeEach
  void open() throws IOException {
    RocksDbStorageService.open(RocksDbSettings.defaults(directory).withMaxBackgroundJobs(3))
        .close();
    Path file =
        RocksDbTestStore.files(directory, "").stream()
            .filter(path -> path.getFileName().toString().startsWith("OPTIONS-"))
            .reduce((_, last) -> last)
            .orElseThrow();
    String section = "";
    for (String line : Files.readAllLines(file)) {
      String text = line.strip();
      if (text.startsWith("[")) {
        section = text;
      } else if (text.contains("=")) {
        String[] option = text.split("=", 2);
        effective.computeIfAbsent(section, _ -> new HashMap<>()).put(option[0], option[1]);
      }
    }
  }

  @Test
  void database_writesAndRecoversTheLogSafely() {
    assertThat(effective.get("[DBOptions]"))
        .containsEntry("track_and_verify_wals_in_manifest", "true")
        .containsEntry("wal_recovery_mode", "kPointInTimeRecovery")
        .containsEntry("atomic_flush", "false")
        .containsEntry("avoid_flush_during_recovery", "false")
        .containsEntry("max_total_wal_size", Long.toString(64 * MIB))
        .containsEntry("manual_wal_flush", "false")
        .containsEntry("recycle_log_file_num", "0")
        .containsEntry("enable_pipelined_write", "false")
        .containsEntry("unordered_write", "false")
        .containsEntry("allow_concurrent_memtable_write", "false")
        .containsEntry("paranoid_checks", "true")
        .containsEntry("max_bgerror_resume_count", "0")
        .containsEntry("best_efforts_recovery", "false");
  }

  @Test
  void database_boundsItsResources() {
    assertThat(effective.get("[DBOptions]"))
        .containsEntry("max_background_jobs", "3")
        .containsEntry("max_open_files", "-1")
        .containsEntry("info_log_level", "WARN_LEVEL")
        .containsEntry("max_log_file_size", Long.toString(4 * MIB))
        .containsEntry("keep_log_file_num", "5")
        .containsEntry("stats_dump_period_sec", "0")
        .containsEntry("stats_persist_period_sec", "0")
        .containsEntry("bytes_per_sync", Long.toString(MIB));
  }

  @Test
  void families_doNotLetVersionsStallTheLog() {
    assertThat(effective.get("[CFOptions \"versions\"]"))
        .containsEntry("level0_file_num_compaction_trigger", "4")
        .containsEntry("level0_slowdown_writes_trigger", "10000")
        .containsEntry("level0_stop_writes_trigger", "20000")
        .containsEntry("soft_pending_compaction_bytes_limit", "0")
        .containsEntry("hard_pending_compaction_bytes_limit", "0");
  }

  @Test
  void families_haveTheirBuffers() {
    assertThat(effective.get("[CFOptions \"log\"]"))
        .containsEntry("write_buffer_size", Long.toString(32 * MIB))
        .containsEntry("max_write_buffer_number", "4");
    assertThat(effective.get("[CFOptions \"meta\"]"))
        .containsEntry("write_buffer_size", Long.toString(4 * MIB));
  }

  @Test
  void families_compressAndCheckAlike() {
    for (String family : new String[] {"default", "versions", "log", "meta"}) {
      assertThat(effective.get("[CFOptions \"" + family + "\"]"))
          .as(family)
          .containsEntry("compression", "kLZ4Compression")
          .containsEntry("bottommost_compression", "kLZ4Compression")
          .containsEntry("compaction_style", "kCompactionStyleLevel")
          .containsEntry("level_compaction_dynamic_level_bytes", "true")
          .containsEntry("target_file_size_base", Long.toString(64 * MIB))
          .containsEntry("force_consistency_checks", "true");
      assertThat(effective.get("[TableOptions/BlockBasedTable \"" + family + "\"]"))
          .as(family)
          .containsEntry("format_version", "7")
          .containsEntry("checksum", "kXXH3")
          .containsEntry("cache_index_and_filter_blocks", "true")
          .containsEntry("pin_l0_filter_and_index_blocks_in_cache", "true")
          .containsEntry("no_block_cache", "false");
    }
  }

  @Test
  void tableFormat_isTheNewest() {
    assertThat(new BlockBasedTableConfig().formatVersion()).isEqualTo(7);
  }

  @ParameterizedTest
  @EnumSource
  void families_areThoseWithTheirNames(ColumnFamily family) throws RocksDBException {
    var handles = new RocksDbHandles();
    try {
      var options = new RocksDbOptionsFactory(RocksDbTestStore.settings(directory), handles);
      RocksDbDatabase database =
          RocksDbDatabase.open(directory, options.database(false), options, handles, false);

      assertThat(database.family(family).getName()).asString().isEqualTo(family.diskName());
    } finally {
      handles.close();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"VERSIONS", "LOG"})
  void sortedFiles_areWrittenLikeThoseOfACompaction(ColumnFamily family) throws RocksDBException {
    var handles = new RocksDbHandles();
    try {
      var options = new RocksDbOptionsFactory(RocksDbTestStore.settings(directory), handles);
      RocksDbDatabase database =
          RocksDbDatabase.open(directory, options.database(false), options, handles, false);
      ingestTwoRows(database, family);
      TableProperties ingested = propertiesOfOnlyFile(database, family);

      database.db().compactRange(database.family(family), null, null, options.compaction());

      TableProperties compacted = propertiesOfOnlyFile(database, family);
      assertThat(ingested.getCompressionName()).isEqualTo(compacted.getCompressionName());
      assertThat(ingested.getFormatVersion()).isEqualTo(compacted.getFormatVersion());
      assertThat(ingested.getDataSize()).isLessThan(1_000).isEqualTo(compacted.getDataSize());
    } finally {
      handles.close();
    }
  }

  private void ingestTwoRows(RocksDbDatabase database, ColumnFamily family) {
    var gate = new OperationGate();
    String prefix = directory.resolve("test-").toString();
    try (var ingest =
        new RocksDbIngest(database.ingestTarget(family), prefix, gate, gate.enter())) {
      ingest.put(RocksDbTestStore.key(1), new byte[10_000]); // compresses
      ingest.put(RocksDbTestStore.key(2), new byte[10_000]);
      ingest.commit();
    }
  }

  private static TableProperties propertiesOfOnlyFile(RocksDbDatabase database, ColumnFamily family)
      throws RocksDBException {
    Map<String, TableProperties> files =
        database.db().getPropertiesOfAllTables(database.family(family));
    assertThat(files).hasSize(1);
    return files.values().iterator().next();
  }

  @Test
  void writes_areAlwaysLogged() throws RocksDBException {
    RocksDbLibrary.load();
    var handles = new RocksDbHandles();
    try {
      var options = new RocksDbOptionsFactory(RocksDbTestStore.settings(directory), handles);
      for (WriteOptions write :
          new WriteOptions[] {
            options.write(false), options.write(true), options.lowPriorityWrite()
          }) {
        assertThat(write.disableWAL()).isFalse();
        assertThat(write.noSlowdown()).isFalse();
      }
      assertThat(options.write(false).sync()).isFalse();
      assertThat(options.write(true).sync()).isTrue();
      assertThat(options.lowPriorityWrite().sync()).isTrue();
    } finally {
      handles.close();
    }
  }
}
