package io.varve.mvcc;

import io.varve.model.Retention;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The bounds of one run of prune: rule, cutoff and time.
 *
 * @param flushed the flushed revision, which a flush may move between two steps
 * @param giveWay to be called between two steps, where something else may go first
 */
record PruneRun(
    Retention retention,
    long cutoff,
    LongSupplier flushed,
    boolean isDry,
    long deadlineNanos,
    Runnable giveWay) {

  static PruneRun of(
      Retention retention,
      long cutoff,
      LongSupplier flushed,
      boolean isDry,
      Duration budget,
      Runnable giveWay) {
    long deadlineNanos = System.nanoTime() + budget.toNanos();
    return new PruneRun(retention, cutoff, flushed, isDry, deadlineNanos, giveWay);
  }

  /** Gives way to whoever waits; whether there is time for another step after that. */
  boolean mayGoOn() {
    giveWay.run();
    return System.nanoTime() - deadlineNanos < 0;
  }

  PruneStep.Rule rule(long position) {
    return new PruneStep.Rule(
        retention.keepVersions(), cutoff, flushed.getAsLong(), position, isDry);
  }
}
