package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.varve.jobs.FlushStats;
import io.varve.jobs.PruneStats;
import org.jspecify.annotations.Nullable;

/** What jobs did, as operators see it. */
final class JobJson {
  private JobJson() {}

  /**
   * A job that goes on after the answer.
   *
   * @param state what it does
   */
  record Started(String state) {
    static final Started RUNNING = new Started("RUNNING");
  }

  /**
   * Flushes: one of them, or all since the start.
   *
   * @param runs that ended well
   * @param failures that did not
   * @param commits written out
   * @param keys of each flush, added up
   * @param versions written
   * @param collapsedVersions left out, since nothing needs them any more
   * @param bytes of keys and values
   * @param lastRevision everything up to here is in sorted files
   * @param lastDurationMs of the last flush
   * @param lastError of the last flush; left out if it ended well
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Flush(
      long runs,
      long failures,
      long commits,
      long keys,
      long versions,
      long collapsedVersions,
      long bytes,
      long lastRevision,
      long lastDurationMs,
      @Nullable String lastError) {
    static Flush of(FlushStats stats) {
      return new Flush(
          stats.runs(),
          stats.failures(),
          stats.commits(),
          stats.keys(),
          stats.versions(),
          stats.collapsed(),
          stats.bytes(),
          stats.lastRevision().value(),
          stats.lastDuration().toMillis(),
          stats.lastError());
    }
  }

  /**
   * Prunes: one of them, or all since the start.
   *
   * @param dryRun whether nothing was removed in fact
   * @param runs that ended well
   * @param failures that did not
   * @param keys looked at
   * @param versions removed
   * @param bytes of keys and values removed
   * @param prunedToRevision the smallest revision at which every read is exact
   * @param lastRevision every commit up to here has been dealt with
   * @param logTrimmedToRevision the log holds no record below this, or 0
   * @param complete whether nothing is left for the next prune
   * @param lastDurationMs of the last prune
   * @param lastError of the last prune; left out if it ended well
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Prune(
      boolean dryRun,
      long runs,
      long failures,
      long keys,
      long versions,
      long bytes,
      long prunedToRevision,
      long lastRevision,
      long logTrimmedToRevision,
      boolean complete,
      long lastDurationMs,
      @Nullable String lastError) {
    static Prune of(PruneStats stats, boolean dryRun) {
      return new Prune(
          dryRun,
          stats.runs(),
          stats.failures(),
          stats.keys(),
          stats.versions(),
          stats.bytes(),
          stats.prunedTo().value(),
          stats.lastRevision().value(),
          stats.logTrimmedTo().value(),
          stats.complete(),
          stats.lastDuration().toMillis(),
          stats.lastError());
    }
  }
}
