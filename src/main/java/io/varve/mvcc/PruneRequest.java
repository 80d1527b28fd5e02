package io.varve.mvcc;

import io.varve.model.Retention;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a prune is to do.
 *
 * @param retention the rule for a scan of all keys, or null to apply the settings to what was
 *     written since the last prune
 * @param dryRun only count; with the settings' rule if none is given
 * @param budget how long it may take before it leaves the rest to the next run
 * @param log what it takes away of the log
 */
public record PruneRequest(
    @Nullable Retention retention, boolean dryRun, Duration budget, LogTrim log) {
  /** A prune on request. */
  public PruneRequest(@Nullable Retention retention, boolean dryRun, Duration budget) {
    this(retention, dryRun, budget, LogTrim.DONE_WITH);
  }

  /** What the scheduled job does. */
  public static PruneRequest scheduled(Duration budget) {
    return new PruneRequest(null, false, budget, LogTrim.BY_SETTINGS);
  }

  /** What is done where there is no room left. */
  public static PruneRequest makingRoom(Duration budget) {
    return new PruneRequest(null, false, budget, LogTrim.FLUSHED);
  }
}
