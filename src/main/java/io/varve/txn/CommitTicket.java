package io.varve.txn;

import io.varve.mvcc.Commit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A commit on its way into the log, and the thread that waits for it. */
final class CommitTicket {
  private enum State {
    PENDING,
    /** Logged and visible. */
    DONE,
    /** Never known. */
    FAILED,
    /** Not known when its time was up, whatever becomes of it. */
    OVERDUE
  }

  private final Commit commit;
  private final long queuedInRound;

  /** Whom to wake: at first who ordered the commit, then who waits for it. */
  private volatile Thread waiter = Thread.currentThread();

  private final AtomicReference<State> state = new AtomicReference<>(State.PENDING);
  private volatile @Nullable Throwable cause;

  /** Whether these are known. Set before the state says that it is done. */
  private boolean timed;

  /** When the log writer took it, and when the log had it. */
  private long takenNanos;

  private long loggedNanos;

  /**
   * {@code queuedInRound}: the round of the watch, see {@link LogWriter}, in which it was queued.
   */
  CommitTicket(Commit commit, long queuedInRound) {
    this.commit = commit;
    this.queuedInRound = queuedInRound;
  }

  Commit commit() {
    return commit;
  }

  long queuedInRound() {
    return queuedInRound;
  }

  boolean isPending() {
    return state.get() == State.PENDING;
  }

  void complete() {
    settle(State.DONE);
  }

  /** Notes how it went, before {@link #complete}. */
  void logged(long takenNanos, long loggedNanos) {
    this.timed = true;
    this.takenNanos = takenNanos;
    this.loggedNanos = loggedNanos;
  }

  /** Ends the phases that came after the commit was ordered, if there were any. */
  void noteTimes(PhaseTimes phases) {
    if (timed) {
      phases.endAt(CommitPhase.QUEUE, takenNanos);
      phases.endAt(CommitPhase.WAL, loggedNanos);
      phases.end(CommitPhase.PUBLISH);
    }
  }

  void fail(Throwable why) {
    cause = why;
    settle(State.FAILED);
  }

  /** Lets nobody wait any longer. */
  void giveUp() {
    settle(State.OVERDUE);
  }

  private void settle(State end) {
    if (state.compareAndSet(State.PENDING, end)) {
      Thread waiting = waiter; // set before its owner looks at the state, read after it was set
      if (waiting != Thread.currentThread()) {
        LockSupport.unpark(waiting);
      }
    }
  }

  /**
   * Waits, even when interrupted: the commit goes on in any case, and its caller must learn how it
   * ends. True if it is logged and visible, false if that was not known in time or never will be.
   * Any thread may wait, one at a time.
   */
  boolean await() {
    if (waiter != Thread.currentThread()) {
      waiter = Thread.currentThread();
    }
    boolean interrupted = false;
    while (isPending()) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return state.get() == State.DONE;
  }

  @Nullable Throwable cause() {
    return state.get() == State.FAILED ? cause : null;
  }
}
