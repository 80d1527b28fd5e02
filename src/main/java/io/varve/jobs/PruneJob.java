package io.varve.jobs;

import io.varve.model.Retention;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.PruneRequest;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Removes versions that nobody needs, and old log records, within a time budget. */
public final class PruneJob implements Job<PruneStats> {
  private final Supplier<MvccStore> store;
  private final Duration budget;

  /** Written by one run at a time, read by all. */
  private volatile PruneStats stats = PruneStats.NONE;

  /** A job that prunes the {@code store} in use, for {@code budget} at a time. */
  public PruneJob(Supplier<MvccStore> store, Duration budget) {
    this.store = store;
    this.budget = budget;
  }

  @Override
  public String name() {
    return "prune";
  }

  @Override
  public PruneStats runOnce() {
    return run(PruneRequest.scheduled(budget));
  }

  /**
   * Prunes on request, which trims the log as well, as far as it is done with.
   *
   * @param retention the rule, or null for that of the settings
   * @param dryRun only count what would go
   */
  public PruneStats runOnce(@Nullable Retention retention, boolean dryRun) {
    return run(new PruneRequest(retention, dryRun, budget));
  }

  /** Prunes where there is no room left, which takes all of the log that can go. */
  PruneStats makeRoom() {
    return run(PruneRequest.makingRoom(budget));
  }

  private PruneStats run(PruneRequest request) {
    try {
      PruneStats run = PruneStats.of(store.get().prune(request));
      if (!request.dryRun()) {
        stats = stats.plus(run);
      }
      return run;
    } catch (RuntimeException e) {
      stats = stats.failed(e.toString());
      throw e;
    }
  }

  /** All prunes since the start; a dry run does not count. */
  public PruneStats stats() {
    return stats;
  }
}
