package io.varve.storage;

/**
 * What an engine has counted since it was opened. Zero where it has no such thing.
 *
 * @param walBytes bytes written to its write-ahead log
 * @param stallMicros time for which it held writers up, in microseconds
 * @param dataBlockHits data blocks found in the cache
 * @param dataBlockMisses data blocks read from disk
 * @param indexBlockHits index blocks found in the cache
 * @param indexBlockMisses index blocks read from disk
 * @param filterBlockHits filter blocks found in the cache
 * @param filterBlockMisses filter blocks read from disk
 * @param compactionReadBytes bytes read by compactions
 * @param compactionWriteBytes bytes written by compactions
 * @param memtableFlushBytes bytes written by flushes of memtables
 */
public record EngineTickers(
    long walBytes,
    long stallMicros,
    long dataBlockHits,
    long dataBlockMisses,
    long indexBlockHits,
    long indexBlockMisses,
    long filterBlockHits,
    long filterBlockMisses,
    long compactionReadBytes,
    long compactionWriteBytes,
    long memtableFlushBytes) {
  /** Of an engine that does not count. */
  public static final EngineTickers NONE = new EngineTickers(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
