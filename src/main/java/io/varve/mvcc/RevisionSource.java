package io.varve.mvcc;

import io.varve.model.Invariant;
import io.varve.model.OutcomeRecord;
import io.varve.model.Revision;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Gives out revisions and commit times, each above or at the one before. */
final class RevisionSource {
  /*
   * A revision is given out only below a ceiling that was written and synced before, so that a
   * start after a crash can go on above everything anybody may have seen. Blocks are large: one
   * synced write in a million commits, done right here under the commit lock.
   */
  private static final long CLOCK_STEP_MS = 1000;

  private final ReentrantLock commitLock;
  private final StoreMeta meta;
  private final InstantSource clock;
  private final long block;
  private final boolean visibleEarly;

  /** The highest revision given out. Written under the commit lock, read without it. */
  private volatile long lastAssigned;

  /** The newest commit that is in the overlay. Written under the commit lock, read without it. */
  private volatile long lastCommitted;

  /** Guarded by the commit lock, as is the next. */
  private long ceiling;

  private long lastTimeMs;

  /** Written under the commit lock, read without it. */
  private volatile long clockStepsBack;

  RevisionSource(
      ReentrantLock commitLock, StoreMeta meta, InstantSource clock, MvccSettings settings) {
    this.commitLock = commitLock;
    this.meta = meta;
    this.clock = clock;
    this.block = settings.revisionBlock();
    this.visibleEarly = settings.durability().visibleBeforeDurable();
  }

  /** Goes on above {@code handedOut}; the last commit there is was {@code lastCommit}. */
  void startAt(long handedOut, long lastCommit, long lastCommitTimeMs) {
    commitLock.lock();
    try {
      Invariant.check(
          handedOut >= lastCommit, "commits lie below the ceiling", handedOut, lastCommit);
      lastAssigned = handedOut;
      lastCommitted = lastCommit;
      lastTimeMs = lastCommitTimeMs;
      ceiling = handedOut;
    } finally {
      commitLock.unlock();
    }
  }

  /** The next commit in order; {@link #committed} must follow. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
  Commit next(
      @Nullable String transactionId,
      @Nullable String label,
      List<OutcomeRecord> outcomes,
      List<Write> writes) {
    Invariant.check(commitLock.isHeldByCurrentThread(), "revisions are given out in turn");
    long revision = lastAssigned + 1;
    if (revision > ceiling) {
      long raised = Math.min(lastAssigned + block, Revision.MAX_VALUE);
      Invariant.check(raised >= revision, "revisions are exhausted", raised, revision);
      meta.writeCeiling(new StoreMeta.Ceiling(raised, visibleEarly));
      ceiling = raised;
    }
    lastAssigned = revision;
    long now = clock.millis();
    if (now < lastTimeMs - CLOCK_STEP_MS) {
      clockStepsBack++;
    }
    lastTimeMs = Math.max(lastTimeMs, now);
    return new Commit(revision, lastCommitted, lastTimeMs, transactionId, label, outcomes, writes);
  }

  /** Notes that {@code commit} is in the overlay, where later transactions may build on it. */
  void committed(Commit commit) {
    Invariant.check(
        commit.revision() > lastCommitted, "commits rise", lastCommitted, commit.revision());
    lastCommitted = commit.revision();
  }

  /** The highest revision that was given out. */
  long lastAssigned() {
    return lastAssigned;
  }

  /** The newest commit in the overlay, visible or not yet. */
  long lastCommitted() {
    return lastCommitted;
  }

  /** How often the clock stood more than a second below the last commit time. */
  long clockStepsBack() {
    return clockStepsBack;
  }

  /** Lowers the ceiling on disk to what was given out, so that a clean stop skips nothing. */
  void close() {
    commitLock.lock();
    try {
      if (ceiling != lastAssigned) {
        meta.writeCeiling(new StoreMeta.Ceiling(lastAssigned, visibleEarly));
        ceiling = lastAssigned;
      }
    } finally {
      commitLock.unlock();
    }
  }
}
