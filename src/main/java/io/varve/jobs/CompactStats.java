package io.varve.jobs;

/**
 * What a compaction has done.
 *
 * @param bytesBefore bytes of sorted files before it
 * @param bytesAfter bytes of sorted files after it
 */
public record CompactStats(long bytesBefore, long bytesAfter) {}
