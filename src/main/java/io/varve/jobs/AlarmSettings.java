package io.varve.jobs;

/**
 * When writes are held up or refused.
 *
 * @param reserveBytes of the disk that must stay free, but never more than an eighth of it
 * @param maxStoreBytes how large the store may become; 0 for no bound
 * @param level0Slow files at level 0 from which writers are held up
 * @param level0Stop files at level 0 from which they are refused
 * @param compactionSlowBytes behind in compaction from which writers are held up
 * @param compactionStopBytes behind in compaction from which they are refused
 */
public record AlarmSettings(
    long reserveBytes,
    long maxStoreBytes,
    long level0Slow,
    long level0Stop,
    long compactionSlowBytes,
    long compactionStopBytes) {}
