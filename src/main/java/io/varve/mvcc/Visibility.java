package io.varve.mvcc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.model.Invariant;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How far readers may see and how far commits are durable. Both only rise. Thread-safe. */
final class Visibility {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();

  @GuardedBy("lock")
  private int waiting;

  private volatile boolean anyoneWaiting;
  private volatile boolean stopped;
  private volatile long visible;
  private volatile long durable;

  long visible() {
    return visible;
  }

  long durable() {
    return durable;
  }

  /** Lets readers see {@code revision}; one thread at a time publishes, in commit order. */
  void publish(long revision) {
    Invariant.check(revision > visible, "visible revision must rise", visible, revision);
    visible = revision;
    wakeWaiters();
  }

  /** Notes that everything up to {@code revision} is durable; a lower one changes nothing. */
  synchronized void markDurable(long revision) {
    durable = Math.max(durable, revision);
  }

  /** Says that nothing more will become visible: nobody waits any longer. */
  void stop() {
    stopped = true;
    wakeWaiters();
  }

  private void wakeWaiters() {
    if (anyoneWaiting) {
      lock.lock();
      try {
        moved.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Waits until {@code revision} is visible; false if it is not after {@code limit}, or never will
   * be.
   */
  boolean await(long revision, Duration limit) throws InterruptedException {
    if (visible >= revision) {
      return true;
    }
    long nanos = limit.toNanos();
    lock.lock();
    try {
      waiting++;
      anyoneWaiting = true;
      try {
        while (visible < revision && !stopped && nanos > 0) {
          nanos = moved.awaitNanos(nanos);
        }
        return visible >= revision;
      } finally {
        waiting--;
        anyoneWaiting = waiting > 0;
      }
    } finally {
      lock.unlock();
    }
  }
}
