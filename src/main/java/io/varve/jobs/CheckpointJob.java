package io.varve.jobs;

import io.varve.checkpoint.CheckpointManifest;
import io.varve.checkpoint.CheckpointOrigin;
import io.varve.checkpoint.CheckpointService;
import io.varve.checkpoint.CheckpointVerification;
import io.varve.model.StoreErrors;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Makes a checkpoint, verifies it, and removes old ones. */
public final class CheckpointJob implements Job<CheckpointManifest> {
  private final CheckpointService checkpoints;
  private final int keep;
  private final boolean verify;
  private final LongSupplier nanoTime;

  /** Written by one run at a time, read by all. */
  private volatile CheckpointStats stats = CheckpointStats.NONE;

  /**
   * A job over these checkpoints.
   *
   * @param keep how many scheduled ones stay
   * @param verify whether each is verified once it is made
   */
  public CheckpointJob(
      CheckpointService checkpoints, int keep, boolean verify, LongSupplier nanoTime) {
    this.checkpoints = checkpoints;
    this.keep = keep;
    this.verify = verify;
    this.nanoTime = nanoTime;
  }

  @Override
  public String name() {
    return "checkpoint";
  }

  @Override
  public CheckpointManifest runOnce() {
    return runOnce(CheckpointOrigin.SCHEDULED);
  }

  /** The same on behalf of {@code origin}. */
  public CheckpointManifest runOnce(CheckpointOrigin origin) {
    long started = nanoTime.getAsLong();
    try {
      CheckpointManifest made = checkpoints.create(origin);
      if (verify) {
        requireSound(made.id());
      }
      checkpoints.retain(keep);
      stats = stats.plus(made, since(started));
      return made;
    } catch (RuntimeException e) {
      stats = stats.failed(e.toString(), since(started));
      throw e;
    }
  }

  private void requireSound(String id) {
    CheckpointVerification found = checkpoints.verify(id);
    if (!found.ok()) {
      throw StoreErrors.checkpointDamaged(id, found.problems().getFirst());
    }
  }

  private Duration since(long started) {
    return Duration.ofNanos(nanoTime.getAsLong() - started);
  }

  /** All runs since the start. */
  public CheckpointStats stats() {
    return stats;
  }
}
