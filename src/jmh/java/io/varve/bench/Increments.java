package io.varve.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Transactions on several threads for some time: each reads a counter, adds one and commits. A
 * thread begins the next one when the last is acknowledged, so a store that stalls is offered less
 * while it does.
 */
final class Increments {
  private static final int SIGNIFICANT_DIGITS = 3;

  private final Contender contender;
  private final KeyChoice keys;
  private final long deadlineNanos;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private Increments(Contender contender, KeyChoice keys, long deadlineNanos) {
    this.contender = contender;
    this.keys = keys;
    this.deadlineNanos = deadlineNanos;
  }

  /**
   * What a round gave.
   *
   * @param committed increments that were acknowledged
   */
  record Result(Round round, long committed) {}

  /**
   * Runs one round.
   *
   * @param seed of the choice of keys; the same for each contender
   */
  static Result run(Contender contender, KeyChoice keys, int threads, int seconds, long seed)
      throws InterruptedException {
    long started = System.nanoTime();
    Increments round = new Increments(contender, keys, started + seconds * 1_000_000_000L);
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      workers.add(round.new Worker(new SplittableRandom(seed * 1000 + i)));
    }
    workers.forEach(worker -> worker.thread.start());
    for (Worker worker : workers) {
      worker.thread.join();
    }
    long took = System.nanoTime() - started;
    Throwable cause = round.failure.get();
    if (cause != null) {
      throw new IllegalStateException("a transaction failed", cause);
    }
    Histogram latency = new Histogram(SIGNIFICANT_DIGITS);
    long startedOver = 0;
    for (Worker worker : workers) {
      latency.add(worker.latencyNanos);
      startedOver += worker.startedOver;
    }
    Round result = Round.ofIncrements(took, startedOver, latency);
    return new Result(result, latency.getTotalCount());
  }

  /** One thread; read once it has ended. */
  private final class Worker {
    final Thread thread = Thread.ofPlatform().name("bench-worker").daemon().unstarted(this::run);
    final Histogram latencyNanos = new Histogram(SIGNIFICANT_DIGITS);
    private final SplittableRandom random;
    long startedOver;

    Worker(SplittableRandom random) {
      this.random = random;
    }

    private void run() {
      try {
        long began = System.nanoTime();
        while (began - deadlineNanos < 0 && failure.get() == null) {
          startedOver += contender.increment(keys.next(random));
          long ended = System.nanoTime();
          latencyNanos.recordValue(ended - began);
          began = ended;
        }
      } catch (Exception | Error e) {
        failure.compareAndSet(null, e);
      }
    }
  }
}
