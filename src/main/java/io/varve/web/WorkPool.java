package io.varve.web;

import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of platform threads, which run tasks in the order in which they came, and a
 * bounded queue. The thread that hands a task in waits until it is done; a virtual thread parks and
 * leaves its processor to others. Thread-safe.
 *
 * <p>A task must never read from a client or write to one: it takes bytes and returns bytes.
 */
final class WorkPool implements AutoCloseable {
  private static final long LONGEST_RETRY_MS = 60_000;
  private static final long IDLE_SECONDS = 60;

  private final String kind;
  private final int threads;
  private final int maxWaiting;
  private final ThreadPoolExecutor executor;
  private final MeanDuration mean = new MeanDuration();

  /** {@code kind} names the threads and stands in messages, in the plural. */
  WorkPool(String kind, int threads, int maxWaiting) {
    this.kind = kind;
    this.threads = threads;
    this.maxWaiting = maxWaiting;
    this.executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> new Worker(task, "varve-" + kind.replace(' ', '-')));
    executor.allowCoreThreadTimeOut(true);
  }

  /** A thread of a pool. */
  private static final class Worker extends Thread {
    Worker(Runnable task, String name) {
      super(task, name);
      setDaemon(true);
    }
  }

  /** Whether the calling thread is one of a pool. */
  static boolean isInPool() {
    return Thread.currentThread() instanceof Worker;
  }

  /**
   * Runs {@code call} on a thread of the pool and returns or throws what it does. On a thread of a
   * pool it runs at once: a task must not wait for another task. Throws {@code TOO_MANY_REQUESTS}
   * if the queue is full.
   */
  <T extends @Nullable Object, E extends Exception> T run(ConcurrencyLimit.Call<T, E> call)
      throws E {
    if (!isInPool() && maxWaiting <= waiting() && running() >= threads) {
      throw refusal();
    }
    return runNext(call);
  }

  /**
   * Like {@link #run}, but is never refused: for what has begun, such as the next step of a stream
   * or the answer of a write that is committed. Limits on what may begin bound how many wait.
   */
  <T extends @Nullable Object, E extends Exception> T runNext(ConcurrencyLimit.Call<T, E> call)
      throws E {
    if (isInPool()) {
      return call.run();
    }
    Task<T, E> task = new Task<>(call, mean);
    try {
      executor.execute(task);
    } catch (RejectedExecutionException _) {
      throw StoreErrors.shuttingDown();
    }
    return task.await();
  }

  private StoreException refusal() {
    long drainMs = TimeUnit.NANOSECONDS.toMillis(mean.nanos() / threads * waiting());
    return StoreErrors.tooManyRequests(
        "The service runs "
            + threads
            + " "
            + kind
            + " at a time, and its queue is full. Try later.",
        threads,
        Math.clamp(drainMs, 1, LONGEST_RETRY_MS));
  }

  /** A call, and what became of it. The thread that claims it first runs it, or drops it. */
  private static final class Task<T extends @Nullable Object, E extends Exception>
      implements Runnable {
    private final ConcurrencyLimit.Call<T, E> call;
    private final MeanDuration mean;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);

    /** Written before the latch opens and read after it. */
    private ConcurrencyLimit.@Nullable Call<T, E> outcome;

    Task(ConcurrencyLimit.Call<T, E> call, MeanDuration mean) {
      this.call = call;
      this.mean = mean;
    }

    @Override
    public void run() {
      if (!claimed.compareAndSet(false, true)) {
        return;
      }
      long started = System.nanoTime();
      try {
        T result = call.run();
        outcome = () -> result;
      } catch (Exception e) {
        outcome =
            () -> {
              throw Task.<E>as(e);
            };
      } catch (Error e) {
        outcome =
            () -> {
              throw e;
            };
      } finally {
        mean.note(System.nanoTime() - started);
        done.countDown();
      }
    }

    /** A call throws nothing but what it declares, and unchecked exceptions. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Exception> E as(Exception e) {
      return (E) e;
    }

    /**
     * Waits to the end also when interrupted, if the task has begun: it uses what belongs to the
     * waiting request.
     */
    T await() throws E {
      boolean interrupted = false;
      while (true) {
        try {
          done.await();
          break;
        } catch (InterruptedException _) {
          interrupted = true;
          if (claimed.compareAndSet(false, true)) {
            Thread.currentThread().interrupt();
            throw StoreErrors.shuttingDown();
          }
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      ConcurrencyLimit.Call<T, E> ended = outcome;
      if (ended == null) {
        throw new IllegalStateException("a task that is done has an outcome");
      }
      return ended.run();
    }
  }

  /** Threads at most. */
  int threads() {
    return threads;
  }

  /** Tasks that run now. */
  int running() {
    return executor.getActiveCount();
  }

  /** Tasks that wait for a thread. */
  int waiting() {
    return executor.getQueue().size();
  }

  /** Takes no more tasks; those that wait still run. */
  @Override
  public void close() {
    executor.shutdown();
  }
}
