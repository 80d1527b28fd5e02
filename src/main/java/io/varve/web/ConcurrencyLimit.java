package io.varve.web;

import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many calls of a kind run at a time, and so many more wait for a while. Thread-safe.
 *
 * <p>Who is refused is told when to come again: the time that those who wait will take, by the mean
 * of what calls took lately.
 */
final class ConcurrencyLimit {
  private static final long LONGEST_RETRY_MS = 60_000;

  private final String kind;
  private final int maxRunning;
  private final int maxWaiting;
  private final long maxWaitNanos;
  private final LongSupplier nanoTime;
  private final Semaphore permits;
  private final AtomicInteger waiting = new AtomicInteger();
  private final MeanDuration mean = new MeanDuration();

  /** {@code kind} is for messages, in the plural. */
  ConcurrencyLimit(
      String kind, int maxRunning, int maxWaiting, Duration maxWait, LongSupplier nanoTime) {
    this.kind = kind;
    this.maxRunning = maxRunning;
    this.maxWaiting = maxWaiting;
    this.maxWaitNanos = maxWait.toNanos();
    this.nanoTime = nanoTime;
    this.permits = new Semaphore(maxRunning);
  }

  /**
   * A call that may throw.
   *
   * @param <T> what it returns
   * @param <E> what it throws
   */
  interface Call<T extends @Nullable Object, E extends Exception> {
    T run() throws E;
  }

  /** Runs {@code call} when it is its turn. Throws {@code TOO_MANY_REQUESTS}. */
  <T extends @Nullable Object, E extends Exception> T run(Call<T, E> call) throws E {
    if (!permits.tryAcquire()) {
      awaitTurn();
    }
    long started = nanoTime.getAsLong();
    try {
      return call.run();
    } finally {
      permits.release();
      mean.note(nanoTime.getAsLong() - started);
    }
  }

  /** Runs {@code call} of something that was let in before, however long its turn takes to come. */
  <T extends @Nullable Object, E extends Exception> T runLetIn(Call<T, E> call) throws E {
    try {
      permits.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StoreErrors.shuttingDown();
    }
    long started = nanoTime.getAsLong();
    try {
      return call.run();
    } finally {
      permits.release();
      mean.note(nanoTime.getAsLong() - started);
    }
  }

  private void awaitTurn() {
    int queued = waiting.incrementAndGet();
    try {
      if (queued > maxWaiting || !permits.tryAcquire(maxWaitNanos, TimeUnit.NANOSECONDS)) {
        throw refusal(queued);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StoreErrors.shuttingDown();
    } finally {
      waiting.decrementAndGet();
    }
  }

  private StoreException refusal(int queued) {
    long drainMs = TimeUnit.NANOSECONDS.toMillis(mean.nanos() / maxRunning * queued);
    return StoreErrors.tooManyRequests(
        "The service runs " + maxRunning + " " + kind + " at a time. Try again later.",
        maxRunning,
        Math.clamp(drainMs, 1, LONGEST_RETRY_MS));
  }

  /** Calls that may run at a time. */
  int maxRunning() {
    return maxRunning;
  }

  /** Calls that run now. */
  int running() {
    return maxRunning - permits.availablePermits();
  }

  /** Calls that wait now. */
  int waiting() {
    return waiting.get();
  }
}
