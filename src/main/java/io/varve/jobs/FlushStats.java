package io.varve.jobs;

import io.varve.model.Revision;
import io.varve.mvcc.FlushResult;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What flushes have done: one of them, or all since the start.
 *
 * @param runs flushes that ended well
 * @param failures flushes that failed
 * @param commits commits written out
 * @param keys distinct keys of each flush, added up
 * @param versions versions written
 * @param collapsed versions left out, since nothing needs them any more
 * @param bytes bytes of keys and values handed to the engine
 * @param lastRevision everything up to here is in sorted files
 * @param lastDuration time the last flush took
 * @param lastError what the last flush threw, or null if it ended well
 */
public record FlushStats(
    long runs,
    long failures,
    long commits,
    long keys,
    long versions,
    long collapsed,
    long bytes,
    Revision lastRevision,
    Duration lastDuration,
    @Nullable String lastError) {
  /** Before the first flush. */
  static final FlushStats NONE =
      new FlushStats(0, 0, 0, 0, 0, 0, 0, Revision.ZERO, Duration.ZERO, null);

  /** One flush. */
  static FlushStats of(FlushResult result) {
    return new FlushStats(
        1,
        0,
        result.commits(),
        result.keys(),
        result.versions(),
        result.collapsed(),
        result.bytes(),
        result.flushed(),
        result.took(),
        null);
  }

  /** These and a later flush. */
  FlushStats plus(FlushStats later) {
    return new FlushStats(
        runs + later.runs,
        failures + later.failures,
        commits + later.commits,
        keys + later.keys,
        versions + later.versions,
        collapsed + later.collapsed,
        bytes + later.bytes,
        later.lastRevision,
        later.lastDuration,
        later.lastError);
  }

  /** These and a flush that failed. */
  FlushStats failed(String error) {
    return new FlushStats(
        runs,
        failures + 1,
        commits,
        keys,
        versions,
        collapsed,
        bytes,
        lastRevision,
        lastDuration,
        error);
  }
}
