package io.varve.jobs;

import io.varve.model.Revision;
import io.varve.mvcc.PruneResult;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What prunes have done: one of them, or all since the start.
 *
 * @param runs prunes that ended well
 * @param failures prunes that failed
 * @param keys keys looked at
 * @param versions versions removed, tombstones included
 * @param bytes bytes of the keys and values removed
 * @param prunedTo the smallest revision at which every read is exact
 * @param lastRevision every commit up to here has been dealt with
 * @param logTrimmedTo the log holds no record below this, or 0
 * @param complete whether the last prune left nothing for the next
 * @param lastDuration time the last prune took
 * @param lastError what the last prune threw, or null if it ended well
 */
public record PruneStats(
    long runs,
    long failures,
    long keys,
    long versions,
    long bytes,
    Revision prunedTo,
    Revision lastRevision,
    Revision logTrimmedTo,
    boolean complete,
    Duration lastDuration,
    @Nullable String lastError) {
  /** Before the first prune. */
  static final PruneStats NONE =
      new PruneStats(
          0, 0, 0, 0, 0, Revision.ZERO, Revision.ZERO, Revision.ZERO, true, Duration.ZERO, null);

  /** One prune. */
  static PruneStats of(PruneResult result) {
    return new PruneStats(
        1,
        0,
        result.keys(),
        result.versions(),
        result.bytes(),
        result.prunedTo(),
        result.position(),
        result.logRecordsUpTo(),
        result.complete(),
        result.took(),
        null);
  }

  /** These and a later prune. */
  PruneStats plus(PruneStats later) {
    return new PruneStats(
        runs + later.runs,
        failures + later.failures,
        keys + later.keys,
        versions + later.versions,
        bytes + later.bytes,
        later.prunedTo,
        later.lastRevision,
        later.logTrimmedTo,
        later.complete,
        later.lastDuration,
        later.lastError);
  }

  /** These and a prune that failed. */
  PruneStats failed(String error) {
    return new PruneStats(
        runs,
        failures + 1,
        keys,
        versions,
        bytes,
        prunedTo,
        lastRevision,
        logTrimmedTo,
        complete,
        lastDuration,
        error);
  }
}
