package io.varve.bench.soak;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Some of the snapshots that were read: at its revision each must look the same for ever, or be
 * refused. Thread-safe.
 */
final class PastSnapshots {
  private static final int KEPT = 64;

  private final WrongAnswers wrong;

  @GuardedBy("this")
  private final Deque<Taken> taken = new ArrayDeque<>();

  /** A snapshot, and when it was the newest. */
  record Taken(Snapshot snapshot, long nanos) {}

  PastSnapshots(WrongAnswers wrong) {
    this.wrong = wrong;
  }

  synchronized void add(Snapshot snapshot, long nanos) {
    taken.addLast(new Taken(snapshot, nanos));
    if (taken.size() > KEPT) {
      taken.removeFirst();
    }
  }

  /** One of them, or null if there is none yet. */
  synchronized @Nullable Taken pick(RandomGenerator random) {
    return taken.isEmpty() ? null : new ArrayList<>(taken).get(random.nextInt(taken.size()));
  }

  /** The revision of {@code before} was read again. */
  void check(Taken before, Snapshot again) {
    if (!before.snapshot().equals(again)) {
      wrong.add(
          "the past changed",
          "revision "
              + before.snapshot().revision()
              + " is not what it was when it was the newest");
    }
  }
}
