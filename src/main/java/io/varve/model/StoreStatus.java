package io.varve.model;

import java.util.List;

/**
 * Numbers of a store at one moment.
 *
 * @param storeId which store it is
 * @param state what it does
 * @param stateReason why it is not open, or empty
 * @param durability what an acknowledged commit has survived
 * @param visible the newest revision that can be read
 * @param durable what survives a power failure
 * @param flushed what is in sorted files
 * @param prunedTo the smallest revision at which every read is exact
 * @param lostRanges revisions that crashes took back
 * @param overlayBytes estimated heap bytes of unflushed data
 * @param overlayVersions unflushed versions
 * @param overlayKeys keys that they belong to; one that is in two generations counts twice
 * @param oldestUnflushedMs commit time of the oldest unflushed commit, ms since 1970, or 0
 * @param openSnapshots snapshots in use
 * @param oldestSnapshot the oldest of them, or the newest revision
 * @param oldestReaderNanos how long the reader that came first has been here, holds left out; or 0;
 *     as exact as these numbers are asked for often
 * @param holds revisions that are held, which count as snapshots too
 * @param clockStepsBack how often the clock went back by over a second
 * @param flushedVersions versions in sorted files, estimated by the engine
 * @param sstBytes bytes of all sorted files
 * @param memtableBytes bytes of the engine's memtables
 * @param level0Files files of versions at level 0
 * @param pendingCompactionBytes bytes that compaction still has to rewrite
 * @param backgroundErrors errors of the engine's background work since it was opened
 * @param diskFreeBytes bytes free on the file system of the store
 * @param openHandles native objects that are open
 */
public record StoreStatus(
    StoreId storeId,
    StoreState state,
    String stateReason,
    Durability durability,
    Revision visible,
    Revision durable,
    Revision flushed,
    Revision prunedTo,
    List<LostRange> lostRanges,
    long overlayBytes,
    long overlayVersions,
    long overlayKeys,
    long oldestUnflushedMs,
    int openSnapshots,
    Revision oldestSnapshot,
    long oldestReaderNanos,
    int holds,
    long clockStepsBack,
    long flushedVersions,
    long sstBytes,
    long memtableBytes,
    long level0Files,
    long pendingCompactionBytes,
    long backgroundErrors,
    long diskFreeBytes,
    long openHandles) {}
