package io.varve.jobs;

import io.varve.mvcc.MvccStore;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Rewrites all sorted files, so that what was pruned gives its space back. Has no schedule. */
public final class CompactJob implements Job<CompactStats> {
  /** Where it runs if no caller waits for it: a daemon, since closing the store ends it early. */
  public static final Executor THREAD =
      work -> Thread.ofPlatform().name("varve-compact").daemon().start(work);

  private final Supplier<MvccStore> store;

  /** A job that compacts the {@code store} in use. */
  public CompactJob(Supplier<MvccStore> store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "compact";
  }

  @Override
  public CompactStats runOnce() {
    MvccStore now = store.get();
    long before = now.status().sstBytes();
    now.compact();
    return new CompactStats(before, now.status().sstBytes());
  }
}
