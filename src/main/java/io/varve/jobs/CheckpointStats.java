package io.varve.jobs;

import io.varve.checkpoint.CheckpointManifest;
import io.varve.model.Revision;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What checkpoints have been made since the start.
 *
 * @param runs checkpoints that were made and, if asked for, found sound
 * @param failures attempts that failed
 * @param lastId the last one, or null before the first
 * @param lastRevision its revision
 * @param lastBytes bytes of its database
 * @param lastDuration time that the last attempt took
 * @param lastSuccess when the last one was begun, or null before the first
 * @param lastError what the last attempt threw, or null if it ended well
 */
public record CheckpointStats(
    long runs,
    long failures,
    @Nullable String lastId,
    Revision lastRevision,
    long lastBytes,
    Duration lastDuration,
    @Nullable Instant lastSuccess,
    @Nullable String lastError) {
  /** Before the first. */
  static final CheckpointStats NONE =
      new CheckpointStats(0, 0, null, Revision.ZERO, 0, Duration.ZERO, null, null);

  /** These and one more. */
  CheckpointStats plus(CheckpointManifest made, Duration took) {
    return new CheckpointStats(
        runs + 1,
        failures,
        made.id(),
        new Revision(made.revision()),
        made.bytes(),
        took,
        made.createdAt(),
        null);
  }

  /** These and an attempt that failed. */
  CheckpointStats failed(String error, Duration took) {
    return new CheckpointStats(
        runs, failures + 1, lastId, lastRevision, lastBytes, took, lastSuccess, error);
  }
}
