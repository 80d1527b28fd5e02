package io.varve.mvcc;

import io.varve.model.Invariant;
import java.util.stream.LongStream;

/**
 * The smallest revision at which every read is exact, on disk and in memory.
 *
 * <p>Who wants to drop versions plans with {@link #held()}, calls {@link #raise} with the floor of
 * the plan, and drops nothing that a revision of the answer needs. Used by one maintenance thread.
 */
final class RetentionFloor {
  private final StoreMeta meta;
  private final SnapshotRegistry snapshots;

  RetentionFloor(StoreMeta meta, SnapshotRegistry snapshots) {
    this.meta = meta;
    this.snapshots = snapshots;
  }

  /** The floor in force. */
  long current() {
    return snapshots.floor();
  }

  /** Every revision in use, sorted. */
  long[] held() {
    return snapshots.held();
  }

  /**
   * Persists and publishes a floor, and returns every revision in use before or after, sorted. A
   * reader that came in between is in the answer; one that comes later is refused below the floor.
   */
  long[] raise(long floor, long visible, long[] plannedWith) {
    Invariant.check(floor <= visible, "the floor is visible", visible, floor);
    if (floor > snapshots.floor()) {
      meta.writePrunedTo(floor);
    }
    long[] now = snapshots.raiseFloor(floor);
    return LongStream.concat(LongStream.of(plannedWith), LongStream.of(now))
        .sorted()
        .distinct()
        .toArray();
  }
}
