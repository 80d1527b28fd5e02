package io.varve.jobs;

import io.varve.mvcc.MvccStore;

/** Rewrites all sorted files, so that what was pruned gives its space back. Has no schedule. */
public final class CompactJob implements Job<CompactStats> {
  private final MvccStore store;

  /** A job that compacts {@code store}. */
  public CompactJob(MvccStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "compact";
  }

  @Override
  public CompactStats runOnce() {
    long before = store.status().sstBytes();
    store.compact();
    return new CompactStats(before, store.status().sstBytes());
  }
}
