package io.varve.mvcc;

import io.varve.model.Revision;
import java.time.Duration;

/**
 * What a prune did, or with a dry run would have done.
 *
 * @param keys keys looked at
 * @param versions versions removed, tombstones included
 * @param bytes bytes of the keys and values removed
 * @param logRecordsUpTo the log is trimmed below this revision
 * @param prunedTo the smallest revision that can be read exactly
 * @param position every log record up to this revision has been dealt with
 * @param complete whether nothing was left for the next run
 * @param dryRun whether nothing was removed in fact
 * @param took time it took
 */
public record PruneResult(
    long keys,
    long versions,
    long bytes,
    Revision logRecordsUpTo,
    Revision prunedTo,
    Revision position,
    boolean complete,
    boolean dryRun,
    Duration took) {}
