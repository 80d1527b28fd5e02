package io.varve.txn;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Remembers for a while how transactions ended, the latest of them. Thread-safe. */
final class EndedTransactions {
  private final int maxCount;
  private final long keepMs;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();

  /** In the order in which they ended. */
  @GuardedBy("lock")
  private final Map<TransactionRef, Ended> byRef = new LinkedHashMap<>();

  private record Ended(TransactionStatus status, long endedMs) {}

  EndedTransactions(int maxCount, Duration keep, InstantSource clock) {
    this.maxCount = maxCount;
    this.keepMs = keep.toMillis();
    this.clock = clock;
  }

  void add(TransactionRef ref, TransactionStatus status) {
    lock.lock();
    try {
      byRef.putIfAbsent(ref, new Ended(status, clock.millis()));
      if (byRef.size() > maxCount) {
        Iterator<Ended> oldestFirst = byRef.values().iterator();
        oldestFirst.next();
        oldestFirst.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  @Nullable TransactionStatus find(TransactionRef ref) {
    lock.lock();
    try {
      Ended found = byRef.get(ref);
      return found == null || isOld(found) ? null : found.status();
    } finally {
      lock.unlock();
    }
  }

  void forgetOld() {
    lock.lock();
    try {
      Iterator<Ended> oldestFirst = byRef.values().iterator();
      while (oldestFirst.hasNext() && isOld(oldestFirst.next())) {
        oldestFirst.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isOld(Ended ended) {
    return ended.endedMs() + keepMs <= clock.millis();
  }
}
