package io.varve.storage;

/**
 * Numbers of a storage engine at one moment, for status, health and meters. Zero where an engine
 * has no such thing.
 *
 * @param estimatedVersions entries in {@link ColumnFamily#VERSIONS}, estimated
 * @param liveSstBytes bytes of sorted files that hold live data
 * @param totalSstBytes bytes of all sorted files on disk
 * @param memtableBytes bytes of memtables, not flushed or still pinned
 * @param level0Files files of {@link ColumnFamily#VERSIONS} at level 0
 * @param pendingCompactionBytes bytes that compaction still has to rewrite
 * @param compactionMs spent in compactions, and in flushes of memtables, since the store was opened
 * @param blockCacheBytes bytes in the block cache
 * @param blockCachePinnedBytes bytes of it that are in use and cannot go
 * @param blockCacheCapacityBytes bytes that it may hold
 * @param tableReaderBytes bytes that open sorted files take outside the cache
 * @param liveVersions versions of the engine's own list of files that somebody still reads
 * @param runningCompactions compactions under way
 * @param backgroundErrors background errors since the store was opened
 * @param writesStopped whether the engine refuses writes for now
 * @param diskFreeBytes bytes free for this process on the file system of the store
 * @param openHandles native objects that are open
 * @param tickers what it has counted
 */
public record StorageStats(
    long estimatedVersions,
    long liveSstBytes,
    long totalSstBytes,
    long memtableBytes,
    long level0Files,
    long pendingCompactionBytes,
    long compactionMs,
    long blockCacheBytes,
    long blockCachePinnedBytes,
    long blockCacheCapacityBytes,
    long tableReaderBytes,
    long liveVersions,
    long runningCompactions,
    long backgroundErrors,
    boolean writesStopped,
    long diskFreeBytes,
    long openHandles,
    EngineTickers tickers) {}
