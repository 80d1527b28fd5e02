package io.varve.storage.rocksdb;

import java.nio.file.Path;

/**
 * What a store on RocksDB is opened with. Plain values; {@link #defaults} is where to start from.
 *
 * @param directory where RocksDB keeps its files; made if it is not there
 * @param blockCacheBytes bytes of the block cache that all column families share
 * @param logWriteBufferBytes bytes of one memtable of the log; write-ahead logs go once they hold
 *     twice that
 * @param metaWriteBufferBytes bytes of one memtable of the metadata
 * @param maxBackgroundJobs flushes and compactions at a time
 * @param sstTargetBytes bytes of entries after which an ingestion begins its next file; also the
 *     size at which compaction does
 * @param level0CompactionTrigger files of versions at level 0 that start a compaction
 * @param level0SlowdownTrigger files of versions at level 0 at which RocksDB slows all writers;
 *     above what the layers over this one admit
 * @param level0StopTrigger files of versions at level 0 at which RocksDB stops all writers
 * @param verifyChecksums whether reads check the checksum of every block that comes from disk
 */
public record RocksDbSettings(
    Path directory,
    long blockCacheBytes,
    long logWriteBufferBytes,
    long metaWriteBufferBytes,
    int maxBackgroundJobs,
    long sstTargetBytes,
    int level0CompactionTrigger,
    int level0SlowdownTrigger,
    int level0StopTrigger,
    boolean verifyChecksums) {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  /** Throws {@link IllegalArgumentException} where a number makes no sense. */
  public RocksDbSettings {
    requireAtLeast(0, blockCacheBytes, "blockCacheBytes");
    requireAtLeast(64 * KIB, logWriteBufferBytes, "logWriteBufferBytes");
    requireAtLeast(64 * KIB, metaWriteBufferBytes, "metaWriteBufferBytes");
    requireAtLeast(1, maxBackgroundJobs, "maxBackgroundJobs");
    requireAtLeast(4 * KIB, sstTargetBytes, "sstTargetBytes");
    requireAtLeast(1, level0CompactionTrigger, "level0CompactionTrigger");
    requireAtLeast(level0CompactionTrigger, level0SlowdownTrigger, "level0SlowdownTrigger");
    requireAtLeast(level0SlowdownTrigger, level0StopTrigger, "level0StopTrigger");
  }

  /** Settings that suit a small server. */
  public static RocksDbSettings defaults(Path directory) {
    return new RocksDbSettings(
        directory, 128 * MIB, 32 * MIB, 4 * MIB, 2, 64 * MIB, 4, 10_000, 20_000, true);
  }

  /** The same for another directory. */
  public RocksDbSettings withDirectory(Path other) {
    return new RocksDbSettings(
        other,
        blockCacheBytes,
        logWriteBufferBytes,
        metaWriteBufferBytes,
        maxBackgroundJobs,
        sstTargetBytes,
        level0CompactionTrigger,
        level0SlowdownTrigger,
        level0StopTrigger,
        verifyChecksums);
  }

  /** The same with this {@link #blockCacheBytes}. */
  public RocksDbSettings withBlockCacheBytes(long bytes) {
    return new RocksDbSettings(
        directory,
        bytes,
        logWriteBufferBytes,
        metaWriteBufferBytes,
        maxBackgroundJobs,
        sstTargetBytes,
        level0CompactionTrigger,
        level0SlowdownTrigger,
        level0StopTrigger,
        verifyChecksums);
  }

  /** The same with these write buffers. */
  public RocksDbSettings withWriteBufferBytes(long log, long meta) {
    return new RocksDbSettings(
        directory,
        blockCacheBytes,
        log,
        meta,
        maxBackgroundJobs,
        sstTargetBytes,
        level0CompactionTrigger,
        level0SlowdownTrigger,
        level0StopTrigger,
        verifyChecksums);
  }

  /** The same with this {@link #maxBackgroundJobs}. */
  public RocksDbSettings withMaxBackgroundJobs(int jobs) {
    return new RocksDbSettings(
        directory,
        blockCacheBytes,
        logWriteBufferBytes,
        metaWriteBufferBytes,
        jobs,
        sstTargetBytes,
        level0CompactionTrigger,
        level0SlowdownTrigger,
        level0StopTrigger,
        verifyChecksums);
  }

  /** The same with this {@link #sstTargetBytes}. */
  public RocksDbSettings withSstTargetBytes(long bytes) {
    return new RocksDbSettings(
        directory,
        blockCacheBytes,
        logWriteBufferBytes,
        metaWriteBufferBytes,
        maxBackgroundJobs,
        bytes,
        level0CompactionTrigger,
        level0SlowdownTrigger,
        level0StopTrigger,
        verifyChecksums);
  }

  /** The same with these triggers of level 0. */
  public RocksDbSettings withLevel0Triggers(int compaction, int slowdown, int stop) {
    return new RocksDbSettings(
        directory,
        blockCacheBytes,
        logWriteBufferBytes,
        metaWriteBufferBytes,
        maxBackgroundJobs,
        sstTargetBytes,
        compaction,
        slowdown,
        stop,
        verifyChecksums);
  }

  /** The same with this {@link #verifyChecksums}. */
  public RocksDbSettings withVerifyChecksums(boolean verify) {
    return new RocksDbSettings(
        directory,
        blockCacheBytes,
        logWriteBufferBytes,
        metaWriteBufferBytes,
        maxBackgroundJobs,
        sstTargetBytes,
        level0CompactionTrigger,
        level0SlowdownTrigger,
        level0StopTrigger,
        verify);
  }

  private static void requireAtLeast(long least, long actual, String name) {
    if (actual < least) {
      throw new IllegalArgumentException(
          name + " must be at least " + least + ", not " + actual + ".");
    }
  }
}
