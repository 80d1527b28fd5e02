package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.jobs.CheckpointStats;
import io.varve.jobs.FlushStats;
import io.varve.jobs.PruneStats;
import org.jspecify.annotations.Nullable;

/** What jobs did, as operators see it. */
final class JobJson {
  private JobJson() {}

  /** A job that goes on after the answer. */
  @Schema(name = "StartedJob", description = "A job that goes on after the answer.")
  record Started(@Schema(description = "What it does.", example = "RUNNING") String state) {
    static final Started RUNNING = new Started("RUNNING");
  }

  /** Flushes: one of them, or all since the start. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "FlushStats", description = "Flushes: one of them, or all since the start.")
  record Flush(
      @Schema(description = "Flushes that ended well.", example = "12") long runs,
      @Schema(description = "Flushes that failed.", example = "0") long failures,
      @Schema(description = "Commits written out.", example = "5000") long commits,
      @Schema(description = "Keys of each flush, added up.", example = "4200") long keys,
      @Schema(description = "Versions written.", example = "4800") long versions,
      @Schema(
              description = "Versions left out, since nothing needs them any more.",
              example = "200")
          long collapsedVersions,
      @Schema(description = "Bytes of keys and values written.", example = "1048576") long bytes,
      @Schema(description = "Everything up to this revision is in sorted files.", example = "913")
          long lastRevision,
      @Schema(description = "Milliseconds that the last flush took.", example = "38")
          long lastDurationMs,
      @Schema(
              description = "Why the last flush failed; left out if it did not.",
              example = "The store failed to flush: no space")
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

  /** Prunes: one of them, or all since the start. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "PruneStats", description = "Prunes: one of them, or all since the start.")
  record Prune(
      @Schema(description = "Whether nothing was removed in fact.", example = "false")
          boolean dryRun,
      @Schema(description = "Prunes that ended well.", example = "3") long runs,
      @Schema(description = "Prunes that failed.", example = "0") long failures,
      @Schema(description = "Keys looked at.", example = "4200") long keys,
      @Schema(description = "Versions removed.", example = "900") long versions,
      @Schema(description = "Bytes of keys and values removed.", example = "65536") long bytes,
      @Schema(description = "The smallest revision at which every read is exact.", example = "400")
          long prunedToRevision,
      @Schema(
              description = "Every commit up to this revision has been dealt with.",
              example = "913")
          long lastRevision,
      @Schema(
              description =
                  "The log holds no record below this revision; 0 if it was never trimmed.",
              example = "300")
          long logTrimmedToRevision,
      @Schema(description = "Whether nothing is left for the next prune.", example = "true")
          boolean complete,
      @Schema(description = "Milliseconds that the last prune took.", example = "120")
          long lastDurationMs,
      @Schema(
              description = "Why the last prune failed; left out if it did not.",
              example = "The store failed to write: no space")
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

  /** Checkpoints that the timer or a call has made since the start. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "CheckpointStats", description = "Checkpoints made since the start.")
  record Checkpoints(
      @Schema(description = "Checkpoints made.", example = "4") long runs,
      @Schema(description = "Attempts that failed.", example = "0") long failures,
      @Schema(
              description = "The last one; left out before the first.",
              example = "20261124T120000Z-r913")
          @Nullable String lastId,
      @Schema(description = "Its revision.", example = "913") long lastRevision,
      @Schema(description = "Bytes of its database.", example = "1048576") long lastBytes,
      @Schema(description = "Milliseconds that the last attempt took.", example = "240")
          long lastDurationMs,
      @Schema(
              description = "Why the last attempt failed; left out if it did not.",
              example = "Checkpoint is damaged")
          @Nullable String lastError) {
    static Checkpoints of(CheckpointStats stats) {
      return new Checkpoints(
          stats.runs(),
          stats.failures(),
          stats.lastId(),
          stats.lastRevision().value(),
          stats.lastBytes(),
          stats.lastDuration().toMillis(),
          stats.lastError());
    }
  }
}
