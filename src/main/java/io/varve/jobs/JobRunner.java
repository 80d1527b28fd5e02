package io.varve.jobs;

import io.varve.model.ErrorCode;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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
  private final JobListener listener;

  /** Held by a run. One thread may take it and another, which runs the job, give it back. */
  private final Semaphore running = new Semaphore(1, true);

  private final AtomicInteger skipped = new AtomicInteger();
  private final AtomicReference<JobStatus> status = new AtomicReference<>(JobStatus.NEW);

  /** A runner of {@code job}. */
  public JobRunner(Job<R> job, LongSupplier nanoTime) {
    this(job, nanoTime, JobListener.NONE);
  }

  /** The same; {@code listener} hears of its runs. */
  public JobRunner(Job<R> job, LongSupplier nanoTime, JobListener listener) {
    this.job = job;
    this.nanoTime = nanoTime;
    this.listener = listener;
  }

  /** For the timer: runs the job if it is due, unless it is running. A failure is only logged. */
  public void runIfDue() {
    if (!running.tryAcquire()) {
      skipped.incrementAndGet();
      listener.skipped(job.name());
      return;
    }
    try {
      logged(this::runOrIdle);
    } finally {
      running.release();
    }
  }

  /** For who needs a run that begins after this call: waits its turn. A failure is only logged. */
  public void runNext() {
    runNext(job::runOnce);
  }

  /** Like {@link #runNext()}, but does {@code variant} in place of the job's usual work. */
  public void runNext(Supplier<R> variant) {
    running.acquireUninterruptibly();
    try {
      logged(() -> timed(variant));
    } finally {
      running.release();
    }
  }

  /** For an operator: runs the job and passes on what it throws; JOB_RUNNING if it is running. */
  public R runNow() {
    return runNow(job::runOnce);
  }

  /** Like {@link #runNow()}, but does {@code variant} in place of the job's usual work. */
  public R runNow(Supplier<R> variant) {
    if (!running.tryAcquire()) {
      throw StoreErrors.jobRunning(job.name());
    }
    try {
      return timed(variant);
    } finally {
      running.release();
    }
  }

  /**
   * For an operator who does not wait: the job runs on {@code thread}. JOB_RUNNING if it is running
   * already. A failure is only logged.
   */
  public void start(Executor thread) {
    if (!running.tryAcquire()) {
      throw StoreErrors.jobRunning(job.name());
    }
    try {
      thread.execute(this::runStarted);
    } catch (RuntimeException | Error e) {
      running.release();
      throw e;
    }
  }

  private void runStarted() {
    try {
      timed(job::runOnce);
      log.info("The {} job is done.", job.name());
    } catch (RuntimeException e) {
      if (e instanceof StoreException ours && ours.code() == ErrorCode.SHUTTING_DOWN) {
        log.info("The {} job ends early: the service is stopping.", job.name());
      } else {
        log.error("The {} job failed.", job.name(), e);
      }
    } finally {
      running.release();
    }
  }

  /** How it went so far. */
  public JobStatus status() {
    return status.get().skipped(skipped.get());
  }

  private void runOrIdle() {
    if (job.isDue()) {
      timed(job::runOnce);
    } else {
      listener.idle(job.name());
    }
  }

  private void logged(Runnable run) {
    try {
      run.run();
    } catch (RuntimeException e) {
      switch (e instanceof StoreException ours ? ours.code() : ErrorCode.INTERNAL_ERROR) {
        case SHUTTING_DOWN ->
            log.info("The {} job does not run any more: the service is stopping.", job.name());
        case STORE_UNAVAILABLE ->
            log.warn("The {} job runs again at its next turn. {}", job.name(), e.getMessage());
        default -> log.error("The {} job failed; it runs again at its next turn.", job.name(), e);
      }
    }
  }

  private R timed(Supplier<R> work) {
    listener.started(job.name());
    long started = nanoTime.getAsLong();
    boolean ok = false;
    try {
      R result = work.get();
      status.updateAndGet(before -> before.succeeded(since(started)));
      ok = true;
      return result;
    } catch (RuntimeException | Error e) {
      status.updateAndGet(before -> before.failed(since(started), e.toString()));
      throw e;
    } finally {
      listener.ended(job.name(), since(started), ok);
    }
  }

  private Duration since(long started) {
    return Duration.ofNanos(nanoTime.getAsLong() - started);
  }
}
