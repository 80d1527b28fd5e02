package io.varve.bench.soak;

import java.util.ArrayDeque;
import java.util.Deque;

/** Makes checkpoints, verifies each, and removes all but the last two. Used by one thread. */
final class CheckpointKeeper {
  private static final int KEPT = 2;

  private final SoakCheckpoints checkpoints;
  private final WrongAnswers wrong;
  private final Deque<String> kept = new ArrayDeque<>();

  /** Read by other threads. */
  private volatile CheckpointCounts counts = CheckpointCounts.NONE;

  CheckpointKeeper(SoakCheckpoints checkpoints, WrongAnswers wrong) {
    this.checkpoints = checkpoints;
    this.wrong = wrong;
  }

  void runOnce() {
    String id = checkpoints.create();
    kept.addLast(id);
    count(1, 0, 0);
    if (checkpoints.verify(id)) {
      count(0, 1, 0);
    } else {
      wrong.add("checkpoint", id + " is not as it was made");
    }
    if (kept.size() > KEPT) {
      checkpoints.delete(kept.removeFirst());
      count(0, 0, 1);
    }
  }

  private void count(int created, int verified, int deleted) {
    CheckpointCounts now = counts;
    counts =
        new CheckpointCounts(
            now.created() + created, now.verified() + verified, now.deleted() + deleted);
  }

  CheckpointCounts counts() {
    return counts;
  }
}
