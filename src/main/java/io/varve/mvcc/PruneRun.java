package io.varve.mvcc;

import io.varve.model.Retention;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The bounds of one run of prune: rule, cutoff and time. Used by one thread. */
final class PruneRun {
  private final Retention retention;
  private final long cutoff;
  private final LongSupplier flushed;
  private final boolean dry;
  private final Runnable giveWay;
  private long deadlineNanos;

  /**
   * @param retention the rule
   * @param cutoff the last revision that is old enough by the rule
   * @param flushed the flushed revision, which a flush may move between two steps
   * @param dry whether to judge only
   * @param budget how long it may take, not counting what it waits for others
   * @param giveWay to be called between two steps, where something else may go first
   */
  PruneRun(
      Retention retention,
      long cutoff,
      LongSupplier flushed,
      boolean dry,
      Duration budget,
      Runnable giveWay) {
    this.retention = retention;
    this.cutoff = cutoff;
    this.flushed = flushed;
    this.dry = dry;
    this.giveWay = giveWay;
    this.deadlineNanos = System.nanoTime() + budget.toNanos();
  }

  /** Gives way to whoever waits; whether there is time for another step after that. */
  boolean mayGoOn() {
    long began = System.nanoTime();
    giveWay.run();
    long now = System.nanoTime();
    // Or a store that flushes without a pause would never be pruned.
    deadlineNanos += now - began;
    return now - deadlineNanos < 0;
  }

  Retention retention() {
    return retention;
  }

  long cutoff() {
    return cutoff;
  }

  long flushed() {
    return flushed.getAsLong();
  }

  boolean isDry() {
    return dry;
  }

  PruneStep.Rule rule(long position) {
    return new PruneStep.Rule(retention.keepVersions(), cutoff, flushed(), position, dry);
  }
}
