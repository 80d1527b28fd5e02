package io.varve.bench.soak;

import io.varve.jobs.FlushJob;
import io.varve.jobs.FlushSignal;
import io.varve.jobs.FlushStats;
import io.varve.jobs.Job;
import io.varve.jobs.JobRunner;
import io.varve.jobs.PruneJob;
import io.varve.jobs.PruneStats;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Flushes, prunes and expires on a thread each, as the service does. */
final class EmbeddedUpkeep implements AutoCloseable {
  private static final Duration EXPIRE = Duration.ofSeconds(1);
  private static final long CLOSE_SECONDS = 60;

  private final FlushJob flushJob;
  private final PruneJob pruneJob;
  private final JobRunner<FlushStats> flush;
  private final JobRunner<PruneStats> prune;
  private final JobRunner<Integer> expire;
  private final ScheduledExecutorService flusher = thread("soak-flush");
  private final ScheduledExecutorService pruner = thread("soak-prune");
  private final ScheduledExecutorService expirer = thread("soak-expire");

  private EmbeddedUpkeep(FlushJob flushJob, PruneJob pruneJob, IntSupplier expireOverdue) {
    this.flushJob = flushJob;
    this.pruneJob = pruneJob;
    this.flush = new JobRunner<>(flushJob, System::nanoTime);
    this.prune = new JobRunner<>(pruneJob, System::nanoTime);
    this.expire = new JobRunner<>(new ExpireJob(expireOverdue), System::nanoTime);
  }

  /** Ends what was open for too long. */
  private record ExpireJob(IntSupplier expireOverdue) implements Job<Integer> {
    @Override
    public String name() {
      return "expire";
    }

    @Override
    public Integer runOnce() {
      return expireOverdue.getAsInt();
    }
  }

  static EmbeddedUpkeep start(
      SoakPlan plan,
      FlushJob flushJob,
      PruneJob pruneJob,
      IntSupplier expireOverdue,
      FlushSignal signal) {
    EmbeddedUpkeep upkeep = new EmbeddedUpkeep(flushJob, pruneJob, expireOverdue);
    repeat(upkeep.flusher, upkeep.flush, plan.flush());
    repeat(upkeep.pruner, upkeep.prune, plan.prune());
    repeat(upkeep.expirer, upkeep.expire, EXPIRE);
    signal.connect(upkeep::wakeFlusher);
    return upkeep;
  }

  private static void repeat(ScheduledExecutorService thread, JobRunner<?> job, Duration pause) {
    long nanos = pause.toNanos();
    var _ = thread.scheduleWithFixedDelay(job::runIfDue, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  private void wakeFlusher() {
    try {
      flusher.execute(flush::runNext);
    } catch (RejectedExecutionException _) {
      // The store is closing, which flushes it.
    }
  }

  private static ScheduledExecutorService thread(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().name(name).daemon().factory());
  }

  UpkeepCounts counts() {
    return new UpkeepCounts(
        flushJob.stats().runs(),
        pruneJob.stats().runs(),
        pruneJob.stats().versions(),
        flush.status().failures() + prune.status().failures() + expire.status().failures());
  }

  /** Finishes what runs. */
  @Override
  public void close() {
    List<ScheduledExecutorService> threads = List.of(flusher, pruner, expirer);
    threads.forEach(ScheduledExecutorService::shutdown);
    try {
      for (ScheduledExecutorService thread : threads) {
        if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
          throw new IllegalStateException("A job did not end within " + CLOSE_SECONDS + " s.");
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
