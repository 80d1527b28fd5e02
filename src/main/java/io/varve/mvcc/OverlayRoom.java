package io.varve.mvcc;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Lets writers wait while the overlay is at its bound. Thread-safe. */
final class OverlayRoom {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private final LongSupplier usedBytes;
  private final long maxBytes;

  OverlayRoom(LongSupplier usedBytes, long maxBytes) {
    this.usedBytes = usedBytes;
    this.maxBytes = maxBytes;
  }

  /** Waits until the overlay is below its bound; false if it is not after {@code limit}. */
  boolean await(Duration limit) throws InterruptedException {
    if (usedBytes.getAsLong() < maxBytes) {
      return true;
    }
    long nanos = limit.toNanos();
    lock.lock();
    try {
      while (usedBytes.getAsLong() >= maxBytes && nanos > 0) {
        nanos = freed.awaitNanos(nanos);
      }
      return usedBytes.getAsLong() < maxBytes;
    } finally {
      lock.unlock();
    }
  }

  /** To be called after bytes were freed. */
  void freed() {
    lock.lock();
    try {
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
