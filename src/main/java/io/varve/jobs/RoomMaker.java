package io.varve.jobs;

import io.varve.model.StoreException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes room where the disk or the store is full: flushes, prunes, trims the log to its newest
 * record, and compacts if much was pruned. One at a time. Thread-safe.
 */
public final class RoomMaker implements Consumer<WriteWatchStats> {
  private static final Logger log = LoggerFactory.getLogger(RoomMaker.class);

  /** Less than one of so many parts of the store is left to the engine's own compactions. */
  private static final int WORTH_COMPACTING = 16;

  private final Executor thread;
  private final Executor compactions;
  private final JobRunner<FlushStats> flush;
  private final JobRunner<PruneStats> prune;
  private final PruneJob pruneJob;
  private final JobRunner<CompactStats> compact;
  private final AtomicBoolean underWay = new AtomicBoolean();

  /** What all prunes had removed when this last began to compact. */
  private long compactedAtBytes;

  /**
   * Makes room with these jobs.
   *
   * @param thread runs flush and prune
   * @param compactions runs compactions, which may take long
   */
  public RoomMaker(
      Executor thread,
      Executor compactions,
      JobRunner<FlushStats> flush,
      JobRunner<PruneStats> prune,
      PruneJob pruneJob,
      JobRunner<CompactStats> compact) {
    this.thread = thread;
    this.compactions = compactions;
    this.flush = flush;
    this.prune = prune;
    this.pruneJob = pruneJob;
    this.compact = compact;
  }

  /** Begins, unless it is under way, and returns at once. */
  @Override
  public void accept(WriteWatchStats seen) {
    if (!underWay.compareAndSet(false, true)) {
      return;
    }
    try {
      thread.execute(() -> makeRoom(seen));
    } catch (RejectedExecutionException _) {
      underWay.set(false); // the service is stopping
    }
  }

  private void makeRoom(WriteWatchStats seen) {
    try {
      flush.runNext();
      prune.runNext(pruneJob::makeRoom);
      compactIfWorthwhile(seen);
    } finally {
      underWay.set(false);
    }
  }

  /** Only where all that it writes anew has room beside what is there. */
  private void compactIfWorthwhile(WriteWatchStats seen) {
    long pruned = pruneJob.stats().bytes();
    boolean isWorthwhile = pruned - compactedAtBytes > seen.storeBytes() / WORTH_COMPACTING;
    if (isWorthwhile && seen.diskFreeBytes() > seen.storeBytes()) {
      try {
        compact.start(compactions);
        compactedAtBytes = pruned;
      } catch (StoreException e) {
        log.info("{} It will be tried again while the alarm lasts.", e.getMessage());
      }
    }
  }
}
