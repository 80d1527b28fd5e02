package io.varve.bench.soak;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The revisions of acknowledged writes, of all workers: none may be given out twice. Remembers only
 * the last of them, as many as fit. Thread-safe.
 */
final class RecentRevisions {
  private static final int SIZE = 1 << 16;

  private final AtomicLongArray slots = new AtomicLongArray(SIZE);
  private final WrongAnswers wrong;

  RecentRevisions(WrongAnswers wrong) {
    this.wrong = wrong;
  }

  void acknowledged(long revision) {
    long before = slots.getAndSet((int) (revision & (SIZE - 1)), revision);
    if (before == revision) {
      wrong.add("revision given out twice", "two commits were acknowledged at " + revision);
    }
  }
}
