package io.varve.txn;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.model.Revision;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.Snapshot;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Keeps revisions readable for a while after somebody has read them, so that whoever reads page by
 * page finds the next page as it was. Thread-safe.
 *
 * <p>There is one lease a revision, whoever reads it. Above the bound the oldest lease ends early:
 * its revision can still be read as long as prune has not passed it.
 */
public final class ReadLeases implements AutoCloseable {
  private final MvccStore store;
  private final long leaseNanos;
  private final int maxLeases;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();

  /** In the order of their deadlines, since each lasts equally long from its last renewal. */
  @GuardedBy("lock")
  private final Map<Revision, Lease> leases = new LinkedHashMap<>();

  private record Lease(Snapshot snapshot, long sinceNanos, long deadlineNanos) {}

  /** Leases on revisions of {@code store}, each of {@code lease}, at most {@code maxLeases}. */
  public ReadLeases(MvccStore store, Duration lease, int maxLeases, LongSupplier nanoTime) {
    this.store = store;
    this.leaseNanos = lease.toNanos();
    this.maxLeases = maxLeases;
    this.nanoTime = nanoTime;
  }

  /**
   * Keeps {@code revision} readable from now on for the time of a lease. It must be readable now,
   * or this throws as a read of it does.
   */
  public void renew(Revision revision) {
    lock.lock();
    try {
      Lease old = leases.remove(revision);
      Snapshot snapshot = old == null ? store.snapshotAt(revision) : old.snapshot();
      long now = nanoTime.getAsLong();
      long since = old == null ? now : old.sinceNanos();
      leases.put(revision, new Lease(snapshot, since, now + leaseNanos));
      Iterator<Lease> oldestFirst = leases.values().iterator();
      while (leases.size() > maxLeases) {
        oldestFirst.next().snapshot().close();
        oldestFirst.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends the leases whose time is up; how many. */
  public int expireOverdue() {
    lock.lock();
    try {
      int ended = 0;
      long now = nanoTime.getAsLong();
      Iterator<Lease> oldestFirst = leases.values().iterator();
      while (oldestFirst.hasNext()) {
        Lease lease = oldestFirst.next();
        if (now - lease.deadlineNanos() < 0) {
          break;
        }
        lease.snapshot().close();
        oldestFirst.remove();
        ended++;
      }
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** How long the one that came first has been kept, renewals included; 0 if there is none. */
  public long oldestAgeNanos() {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      return leases.values().stream().mapToLong(lease -> now - lease.sinceNanos()).max().orElse(0);
    } finally {
      lock.unlock();
    }
  }

  /** Revisions that are kept. */
  public int size() {
    lock.lock();
    try {
      return leases.size();
    } finally {
      lock.unlock();
    }
  }

  /** Ends every lease. */
  @Override
  public void close() {
    lock.lock();
    try {
      leases.values().forEach(lease -> lease.snapshot().close());
      leases.clear();
    } finally {
      lock.unlock();
    }
  }
}
