package io.varve.bench.soak;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Restarts the store and makes checkpoints, one after the other, while others work on it. */
final class SoakChores {
  private final SoakPlan plan;
  private final SoakTarget target;
  private final Tally tally;
  private final Runnable giveUp;
  private final Optional<CheckpointKeeper> checkpoints;
  private final AtomicLong restarts = new AtomicLong();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("soak-chores").daemon().factory());

  /**
   * Chores on {@code target}.
   *
   * @param giveUp ends the run
   */
  SoakChores(SoakPlan plan, SoakTarget target, Tally tally, Runnable giveUp) {
    this.plan = plan;
    this.target = target;
    this.tally = tally;
    this.giveUp = giveUp;
    this.checkpoints = target.checkpoints().map(each -> new CheckpointKeeper(each, tally.wrong()));
  }

  void start() {
    checkpoints.ifPresent(keeper -> repeat(() -> makeCheckpoint(keeper), plan.checkpoint()));
    target.restart().ifPresent(restart -> repeat(() -> run(restart), plan.restart()));
  }

  private void repeat(Runnable chore, Duration pause) {
    long nanos = pause.toNanos();
    var _ = thread.scheduleAtFixedRate(chore, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  private void makeCheckpoint(CheckpointKeeper keeper) {
    try {
      keeper.runOnce();
    } catch (RuntimeException e) {
      tally.error("checkpoint", target.explain(e));
    }
  }

  /** Restarts the target if that can be done; whether it can. */
  boolean restart() {
    target.restart().ifPresent(this::run);
    return target.restart().isPresent();
  }

  /** Without the store nothing can go on. */
  private void run(Runnable restart) {
    try {
      restart.run();
      restarts.incrementAndGet();
    } catch (RuntimeException e) {
      tally.error("restart", target.explain(e));
      giveUp.run();
    }
  }

  long restarts() {
    return restarts.get();
  }

  Optional<CheckpointCounts> checkpoints() {
    return checkpoints.map(CheckpointKeeper::counts);
  }

  /** Finishes what runs, and does nothing more. */
  void stop(Duration atMost) throws InterruptedException {
    thread.shutdown();
    if (!thread.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      tally.error("chores", new Trouble("STUCK", true, "a restart or checkpoint did not end"));
    }
  }
}
