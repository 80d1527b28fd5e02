package io.varve.jobs;

import io.varve.mvcc.MvccStore;
import java.util.function.Supplier;

/** Writes unflushed data to sorted files. */
public final class FlushJob implements Job<FlushStats> {
  private final Supplier<MvccStore> store;
  private final long minBytes;

  /** Written by one run at a time, read by all. */
  private volatile FlushStats stats = FlushStats.NONE;

  /**
   * A job that flushes the {@code store} in use.
   *
   * @param minBytes the timer leaves less than this unflushed where the log holds it as well
   */
  public FlushJob(Supplier<MvccStore> store, long minBytes) {
    this.store = store;
    this.minBytes = minBytes;
  }

  @Override
  public String name() {
    return "flush";
  }

  /** An idle store must not make a small file at every turn of the timer. */
  @Override
  public boolean isDue() {
    MvccStore now = store.get();
    long bytes = now.overlayBytes();
    return bytes > 0 && (!now.durability().usesLog() || bytes >= minBytes);
  }

  @Override
  public FlushStats runOnce() {
    try {
      FlushStats run = FlushStats.of(store.get().flush());
      stats = stats.plus(run);
      return run;
    } catch (RuntimeException e) {
      stats = stats.failed(e.toString());
      throw e;
    }
  }

  /** All flushes since the start. */
  public FlushStats stats() {
    return stats;
  }
}
