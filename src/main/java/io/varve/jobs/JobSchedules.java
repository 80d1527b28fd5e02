package io.varve.jobs;

import org.springframework.scheduling.annotation.Scheduled;

/** When jobs run. Each has a scheduler of its own, so that none waits for another. */
public final class JobSchedules {
  /** The scheduler of the flush job. */
  public static final String FLUSH_SCHEDULER = "flushScheduler";

  /** The scheduler of the prune job. */
  public static final String PRUNE_SCHEDULER = "pruneScheduler";

  /** The scheduler of the expiry job. */
  public static final String EXPIRE_SCHEDULER = "expireScheduler";

  /** The scheduler of the watch over writes. */
  public static final String WATCH_SCHEDULER = "watchScheduler";

  /** The scheduler of the checkpoint job, whose timer can be off. */
  public static final String CHECKPOINT_SCHEDULER = "checkpointScheduler";

  private static final String FLUSH_INTERVAL = "#{@jobIntervals.flush().toString()}";
  private static final String PRUNE_INTERVAL = "#{@jobIntervals.prune().toString()}";
  private static final String EXPIRE_INTERVAL = "#{@jobIntervals.expire().toString()}";
  private static final String WATCH_INTERVAL = "#{@jobIntervals.watch().toString()}";

  private final JobRunner<FlushStats> flush;
  private final JobRunner<PruneStats> prune;
  private final JobRunner<Integer> expire;
  private final JobRunner<WriteWatchStats> watch;

  /** Schedules these. */
  public JobSchedules(
      JobRunner<FlushStats> flush,
      JobRunner<PruneStats> prune,
      JobRunner<Integer> expire,
      JobRunner<WriteWatchStats> watch) {
    this.flush = flush;
    this.prune = prune;
    this.expire = expire;
    this.watch = watch;
  }

  @Scheduled(
      initialDelayString = FLUSH_INTERVAL,
      fixedDelayString = FLUSH_INTERVAL,
      scheduler = FLUSH_SCHEDULER)
  void flush() {
    flush.runIfDue();
  }

  @Scheduled(
      initialDelayString = PRUNE_INTERVAL,
      fixedDelayString = PRUNE_INTERVAL,
      scheduler = PRUNE_SCHEDULER)
  void prune() {
    prune.runIfDue();
  }

  @Scheduled(
      initialDelayString = EXPIRE_INTERVAL,
      fixedDelayString = EXPIRE_INTERVAL,
      scheduler = EXPIRE_SCHEDULER)
  void expire() {
    expire.runIfDue();
  }

  @Scheduled(
      initialDelayString = WATCH_INTERVAL,
      fixedDelayString = WATCH_INTERVAL,
      scheduler = WATCH_SCHEDULER)
  void watch() {
    watch.runIfDue();
  }
}
