package io.varve.storage.rocksdb;

import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets calls in until it is closed, and lets {@link #close} wait until the last one is out. A
 * native call on a closed database ends the process, so every one of them runs inside.
 */
final class OperationGate {
  /*
   * Entries are counted in stripes, one cache line or more apart, so that readers on different
   * processors do not contend. A caller first counts itself in and then reads the closing flag;
   * close() first sets the flag and then reads the counts. Both are sequentially consistent, so of
   * the two at least one sees the other: either the caller finds the flag set, counts itself out
   * and is refused, or close() finds it counted and waits. A stripe that was seen at zero after
   * the flag was set therefore has nobody inside and never will; that stripes reach zero at
   * different moments does not matter. Who leaves reads the flag after counting itself out, for
   * the same reason, and wakes close() under the lock, so no wake-up is lost.
   *
   * An entry may be left by another thread than the one that came in: it carries its stripe.
   */
  private static final int LONGS_PER_STRIPE = 16;
  private static final int MAX_STRIPES = 64;

  private final int stripeMask;
  private final AtomicLongArray inside;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();
  private volatile boolean closing;

  OperationGate() {
    this(Runtime.getRuntime().availableProcessors());
  }

  OperationGate(int processors) {
    int stripes = Math.min(MAX_STRIPES, Integer.highestOneBit(Math.max(1, processors)) * 2);
    this.stripeMask = stripes - 1;
    this.inside = new AtomicLongArray((stripes + 1) * LONGS_PER_STRIPE);
  }

  /** Lets the caller in; throws {@code STORE_UNAVAILABLE} once {@link #close} has begun. */
  int enter() {
    if (closing) { // only spares close() the noise of callers that come and go
      throw refused();
    }
    int entry = ((int) Thread.currentThread().threadId() & stripeMask) + 1;
    inside.getAndIncrement(entry * LONGS_PER_STRIPE);
    if (closing) {
      exit(entry);
      throw refused();
    }
    return entry;
  }

  private static StoreException refused() {
    return StoreErrors.unavailable("The store is closed.");
  }

  /** Lets the caller out; {@code entry} is what {@link #enter} returned, and is used once. */
  void exit(int entry) {
    inside.getAndDecrement(entry * LONGS_PER_STRIPE);
    if (closing) {
      lock.lock();
      try {
        left.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Refuses callers from now on and returns when the last is out, however long that takes. */
  void close() {
    closing = true;
    lock.lock();
    try {
      for (int entry = 1; entry <= stripeMask + 1; entry++) {
        while (inside.get(entry * LONGS_PER_STRIPE) != 0) {
          left.awaitUninterruptibly();
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
