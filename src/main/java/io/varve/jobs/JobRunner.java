package io.varve.jobs;

import io.varve.model.StoreErrors;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one job, never twice at a time, and remembers how it went. Thread-safe.
 *
 * @param <R> what a run tells about itself
 */
public final class JobRunner<R> {
  private static final Logger log = LoggerFactory.getLogger(JobRunner.class);

  private final Job<R> job;
  private final LongSupplier nanoTime;
  private final ReentrantLock running = new ReentrantLock();
  private final AtomicInteger skipped = new AtomicInteger();
  private final AtomicReference<JobStatus> status = new AtomicReference<>(JobStatus.NEW);

  /** A runner of {@code job}. */
  public JobRunner(Job<R> job, LongSupplier nanoTime) {
    this.job = job;
    this.nanoTime = nanoTime;
  }

  /** For the timer: runs the job if it is due, unless it is running. A failure is only logged. */
  public void runIfDue() {
    if (!running.tryLock()) {
      skipped.incrementAndGet();
      return;
    }
    try {
      if (job.isDue()) {
        runLogged();
      }
    } finally {
      running.unlock();
    }
  }

  /** For who needs a run that begins after this call: waits its turn. A failure is only logged. */
  public void runNext() {
    running.lock();
    try {
      runLogged();
    } finally {
      running.unlock();
    }
  }

  /** For an operator: runs the job and passes on what it throws; JOB_RUNNING if it is running. */
  public R runNow() {
    return runNow(job::runOnce);
  }

  /** Like {@link #runNow()}, but does {@code variant} in place of the job's usual work. */
  public R runNow(Supplier<R> variant) {
    if (!running.tryLock()) {
      throw StoreErrors.jobRunning(job.name());
    }
    try {
      return timed(variant);
    } finally {
      running.unlock();
    }
  }

  /** How it went so far. */
  public JobStatus status() {
    return status.get().skipped(skipped.get());
  }

  private void runLogged() {
    try {
      timed(job::runOnce);
    } catch (RuntimeException e) {
      log.error("The {} job failed; it runs again at its next turn.", job.name(), e);
    }
  }

  private R timed(Supplier<R> work) {
    long started = nanoTime.getAsLong();
    try {
      R result = work.get();
      status.updateAndGet(before -> before.succeeded(since(started)));
      return result;
    } catch (RuntimeException | Error e) {
      status.updateAndGet(before -> before.failed(since(started), e.toString()));
      throw e;
    }
  }

  private Duration since(long started) {
    return Duration.ofNanos(nanoTime.getAsLong() - started);
  }
}
