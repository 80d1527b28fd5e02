package io.varve.txn;

import io.varve.mvcc.Commit;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A commit on its way into the log, and the thread that waits for it. */
final class CommitTicket {
  private static final int PENDING = 0;
  private static final int DONE = 1;
  private static final int FAILED = 2;

  private final Commit commit;
  private final Thread waiter = Thread.currentThread();
  private volatile int state = PENDING;
  private @Nullable Throwable cause; // published by state

  CommitTicket(Commit commit) {
    this.commit = commit;
  }

  Commit commit() {
    return commit;
  }

  boolean isPending() {
    return state == PENDING;
  }

  void complete() {
    state = DONE;
    wakeWaiter();
  }

  void fail(Throwable why) {
    cause = why;
    state = FAILED;
    wakeWaiter();
  }

  private void wakeWaiter() {
    if (waiter != Thread.currentThread()) {
      LockSupport.unpark(waiter);
    }
  }

  /**
   * Waits, even when interrupted: the commit goes on in any case, and its caller must learn how it
   * ends. True if it is logged and visible, false if that is not known after {@code limit} or never
   * will be.
   */
  boolean await(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    while (state == PENDING) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        break;
      }
      LockSupport.parkNanos(this, left);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return state == DONE;
  }

  @Nullable Throwable cause() {
    return state == FAILED ? cause : null;
  }
}
