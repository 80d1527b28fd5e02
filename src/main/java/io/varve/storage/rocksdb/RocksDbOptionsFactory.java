package io.varve.storage.rocksdb;

import io.varve.model.Invariant;
import io.varve.storage.ColumnFamily;
import java.nio.file.Path;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ChecksumType;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompactRangeOptions.BottommostLevelCompaction;
import org.rocksdb.CompactionPriority;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.EnvOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.SkipListMemTableConfig;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteOptions;

/**
 * Turns settings into RocksDB's options. Everything that durability, memory or stalls depend on is
 * said here, also where it is RocksDB's default today. All objects belong to the handles given.
 */
final class RocksDbOptionsFactory {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  /** The newest table format of the RocksDB this is built with. */
  private static final int TABLE_FORMAT_VERSION = 7;

  /** One seek may step over this many removed entries before the caller bounds it. */
  private static final int POINT_READ_MAX_SKIPPED = 64;

  private final RocksDbSettings settings;
  private final RocksDbHandles handles;
  private final RocksDbStatistics statistics;

  RocksDbOptionsFactory(RocksDbSettings settings, RocksDbHandles handles) {
    this.settings = settings;
    this.handles = handles;
    this.statistics = RocksDbStatistics.create(handles); // first, so closed last
  }

  /** What the database counts. */
  RocksDbStatistics statistics() {
    return statistics;
  }

  /** Bytes that the block cache may hold. */
  long blockCacheBytes() {
    return settings.blockCacheBytes();
  }

  /** Bytes of entries after which an ingestion begins its next file. */
  long sstTargetBytes() {
    return settings.sstTargetBytes();
  }

  /** The cache that all column families share. */
  Cache blockCache() {
    boolean strictCapacity = false; // a read must not fail because the cache is full
    double highPriorityShare = 0.5; // for index blocks, so that scans do not evict them
    int shardBitsChosenByRocksDb = -1;
    return handles.own(
        new LRUCache(
            settings.blockCacheBytes(),
            shardBitsChosenByRocksDb,
            strictCapacity,
            highPriorityShare));
  }

  /** Options of the database. */
  DBOptions database(boolean createMissing) {
    DBOptions options = handles.own(fromProperties());
    options.setCreateIfMissing(createMissing).setCreateMissingColumnFamilies(createMissing);
    writeAheadLog(options);
    failures(options);
    resources(options);
    options.setStatistics(statistics.nativeObject());
    return options;
  }

  /** Options of a database that is only read, whose directory must stay as it is. */
  DBOptions readOnlyDatabase(Path infoLogDirectory) {
    return database(false)
        .setDbLogDir(infoLogDirectory.toString())
        // What was read out of the write-ahead log stays in memory.
        .setAvoidFlushDuringRecovery(true)
        .setAvoidFlushDuringShutdown(true);
  }

  /** Options that have a name but no setter. */
  private static DBOptions fromProperties() {
    var properties = new Properties();
    // A write-ahead log that is missing or too short stops the open, if it was synced in full.
    properties.setProperty("track_and_verify_wals_in_manifest", "true");
    DBOptions options = DBOptions.getDBOptionsFromProps(properties);
    Invariant.check(options != null, "RocksDB must know the options given by name");
    return options;
  }

  private void writeAheadLog(DBOptions options) {
    options
        // The log and the metadata are always logged first, so their flushes need not be atomic.
        .setAtomicFlush(false)
        // A torn last record is the end of the log; what lies before it is kept.
        .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
        // What was recovered is rewritten and synced before anyone reads it.
        .setAvoidFlushDuringRecovery(false)
        .setAvoidFlushDuringShutdown(false)
        // A small column family that is never full would otherwise keep every log alive.
        .setMaxTotalWalSize(2 * settings.logWriteBufferBytes())
        // Must stay off: together with a synced write it can lose or repeat records.
        .setManualWalFlush(false)
        // A reused file would hide where the log ends.
        .setRecycleLogFileNum(0)
        .setWalTtlSeconds(0)
        .setWalSizeLimitMB(0)
        // The caller syncs when its profile says so.
        .setWalBytesPerSync(0)
        .setUseFsync(false); // fdatasync
    options
        // One thread writes the log. Without concurrent inserts the memtable remembers where the
        // last key went, which makes rising keys cheap.
        .setAllowConcurrentMemtableWrite(false)
        .setEnablePipelinedWrite(false)
        .setUnorderedWrite(false)
        .setTwoWriteQueues(false);
  }

  private static void failures(DBOptions options) {
    options
        .setParanoidChecks(true)
        // Recovery from a background error is a reopen by the owner, never a retry behind its back:
        // after a failed sync the kernel may have dropped the pages.
        .setMaxBgErrorResumeCount(0)
        .setBestEffortsRecovery(false);
  }

  private void resources(DBOptions options) {
    options
        .setMaxBackgroundJobs(settings.maxBackgroundJobs())
        .setMaxSubcompactions(1)
        // Every file stays open: its index is in the block cache, and no read opens a file.
        .setMaxOpenFiles(-1)
        // Spreads the writing of a large file, so that a sync of the log need not wait for it.
        .setBytesPerSync(MIB)
        .setDbWriteBufferSize(0)
        .setAllowMmapReads(false)
        .setAllowMmapWrites(false)
        .setUseDirectReads(false)
        .setUseDirectIoForFlushAndCompaction(false)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setMaxLogFileSize(4 * MIB)
        .setKeepLogFileNum(5)
        .setMaxManifestFileSize(64 * MIB)
        // No thread of its own for numbers that we ask for ourselves.
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0);
  }

  /** Options of RocksDB's own column family, which must exist and stays empty. */
  ColumnFamilyOptions defaultFamily(Cache cache) {
    return base(cache, 4 * KIB).setWriteBufferSize(64 * KIB);
  }

  /** Options of a column family. */
  ColumnFamilyOptions family(ColumnFamily family, Cache cache) {
    return switch (family) {
      case VERSIONS -> versions(cache);
      case LOG -> log(cache);
      case META -> meta(cache);
    };
  }

  private ColumnFamilyOptions versions(Cache cache) {
    ColumnFamilyOptions options = base(cache, 4 * KIB);
    options
        .setWriteBufferSize(64 * KIB) // never written to
        // A seek reads a block in every file at level 0, so few are left there.
        .setLevel0FileNumCompactionTrigger(settings.level0CompactionTrigger())
        // A stall here would stop the log as well. Admission is limited above this layer.
        .setLevel0SlowdownWritesTrigger(settings.level0SlowdownTrigger())
        .setLevel0StopWritesTrigger(settings.level0StopTrigger());
    options.setSoftPendingCompactionBytesLimit(0).setHardPendingCompactionBytesLimit(0);
    return options;
  }

  private ColumnFamilyOptions log(Cache cache) {
    // Read in order, in large pieces.
    ColumnFamilyOptions options = base(cache, 32 * KIB);
    options
        .setWriteBufferSize(settings.logWriteBufferBytes())
        // Writers go on while one memtable is flushed and the next is full.
        .setMaxWriteBufferNumber(4)
        .setLevel0FileNumCompactionTrigger(4)
        .setLevel0SlowdownWritesTrigger(20)
        .setLevel0StopWritesTrigger(36);
    return options;
  }

  private ColumnFamilyOptions meta(Cache cache) {
    ColumnFamilyOptions options = base(cache, 4 * KIB);
    options
        .setWriteBufferSize(settings.metaWriteBufferBytes())
        .setMaxWriteBufferNumber(2)
        .setLevel0FileNumCompactionTrigger(4)
        .setLevel0SlowdownWritesTrigger(20)
        .setLevel0StopWritesTrigger(36);
    return options;
  }

  private ColumnFamilyOptions base(Cache cache, long blockBytes) {
    ColumnFamilyOptions options = handles.own(new ColumnFamilyOptions());
    options
        .setTableFormatConfig(table(cache, blockBytes))
        .setMemTableConfig(new SkipListMemTableConfig())
        .setCompactionStyle(CompactionStyle.LEVEL)
        .setCompactionPriority(CompactionPriority.MinOverlappingRatio)
        .setLevelCompactionDynamicLevelBytes(true)
        .setTargetFileSizeBase(settings.sstTargetBytes())
        .setMaxBytesForLevelBase(4 * settings.sstTargetBytes())
        .setMinWriteBufferNumberToMerge(1)
        .setInplaceUpdateSupport(false)
        .setForceConsistencyChecks(true)
        // The same everywhere, also at the last level: a writer of sorted files uses the latter.
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setBottommostCompressionType(CompressionType.LZ4_COMPRESSION);
    return options;
  }

  private BlockBasedTableConfig table(Cache cache, long blockBytes) {
    return new BlockBasedTableConfig()
        .setFormatVersion(TABLE_FORMAT_VERSION)
        .setChecksumType(ChecksumType.kXXH3)
        .setBlockSize(blockBytes)
        .setBlockCache(cache)
        // Memory for indexes is part of the cache's budget.
        .setCacheIndexAndFilterBlocks(true)
        .setCacheIndexAndFilterBlocksWithHighPriority(true)
        .setPinL0FilterAndIndexBlocksInCache(true)
        .setPinTopLevelIndexAndFilter(true)
        // Keys are found by seeking, which neither a hash index nor a filter helps.
        .setIndexType(IndexType.kBinarySearch)
        .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinarySearch);
  }

  /** Options of a writer of sorted files for a column family that has {@code family}. */
  Options sortedFile(DBOptions database, ColumnFamilyOptions family) {
    return handles.own(new Options(database, family));
  }

  /** How a writer of sorted files uses the file system. */
  EnvOptions fileSystem(DBOptions database) {
    return handles.own(new EnvOptions(database));
  }

  /** How sorted files are taken in. */
  IngestExternalFileOptions ingestion() {
    return handles.own(
        new IngestExternalFileOptions()
            // A hard link and no copy: the files are made on the same file system.
            .setMoveFiles(true)
            .setSnapshotConsistency(true)
            .setAllowGlobalSeqNo(true)
            // The sequence number goes to the manifest and the file stays as its writer synced it.
            .setWriteGlobalSeqno(false)
            // Refused rather than stopping every writer while a memtable is flushed.
            .setAllowBlockingFlush(false)
            .setIngestBehind(false));
  }

  /** How the log is written. */
  WriteOptions write(boolean sync) {
    return handles.own(
        new WriteOptions()
            .setSync(sync)
            .setDisableWAL(false)
            .setNoSlowdown(false)
            .setLowPri(false));
  }

  /** How the background removes things: behind the writers, when compaction has no time. */
  WriteOptions lowPriorityWrite() {
    return handles.own(new WriteOptions().setSync(true).setDisableWAL(false).setLowPri(true));
  }

  /** How single keys and rows are read. One object serves all threads, since nobody changes it. */
  ReadOptions pointRead() {
    return handles.own(read().setMaxSkippableInternalKeys(POINT_READ_MAX_SKIPPED));
  }

  /** How a cursor reads; the caller owns the object. */
  ReadOptions read() {
    return new ReadOptions()
        .setVerifyChecksums(settings.verifyChecksums())
        .setTotalOrderSeek(true)
        .setFillCache(true);
  }

  /** How a column family is flushed on demand. */
  FlushOptions flush() {
    return handles.own(new FlushOptions().setWaitForFlush(true).setAllowWriteStall(false));
  }

  /** How a column family is compacted on demand; one object, so that close can call it off. */
  CompactRangeOptions compaction() {
    return handles.own(
        new CompactRangeOptions()
            // The last level too, or removed entries there would stay.
            .setBottommostLevelCompaction(BottommostLevelCompaction.kForceOptimized)
            .setExclusiveManualCompaction(false)
            .setAllowWriteStall(false)
            .setMaxSubcompactions(1));
  }
}
