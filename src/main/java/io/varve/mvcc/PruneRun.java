package io.varve.mvcc;

import io.varve.model.Retention;
import java.time.Duration;

/** The bounds of one run of prune: rule, cutoff and time. */
record PruneRun(Retention retention, long cutoff, long flushed, boolean isDry, long deadlineNanos) {

  static PruneRun of(
      Retention retention, long cutoff, long flushed, boolean isDry, Duration budget) {
    return new PruneRun(retention, cutoff, flushed, isDry, System.nanoTime() + budget.toNanos());
  }

  boolean hasTime() {
    return System.nanoTime() - deadlineNanos < 0;
  }

  PruneStep.Rule rule(long position) {
    return new PruneStep.Rule(retention.keepVersions(), cutoff, flushed, position, isDry);
  }
}
