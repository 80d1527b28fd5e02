package io.varve.mvcc;

import io.varve.model.Invariant;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The MVCC memtable: every version that is not flushed, and for conflict checks the recent ones
 * that are.
 */
final class Overlay {
  /*
   * A generation goes through three states. Active: it takes commits. Frozen: a flush writes it
   * out; readers still need it. Retired: it is flushed, and a transaction that began before its
   * last commit is still open, so conflict checks need it. A generation that is dropped altogether
   * raises the conflict floor: a transaction below the floor cannot be checked any more and is told
   * to run again. That also covers a transaction that took its snapshot just before the drop and
   * registered just after it.
   */
  /** Each one more is one more table that a read has to ask. */
  private static final int MAX_GENERATIONS = 24;

  private final ReentrantLock commitLock;

  /** How often, and up to which revision, the overlay was frozen. Guarded by the commit lock. */
  private long freezes;

  private long frozenUpTo;

  /** Replaced under the commit lock; read without it. */
  private volatile OverlayView view = OverlayView.empty();

  /** Transactions below this snapshot cannot be checked. Only rises; written under the lock. */
  private volatile long conflictFloor;

  /** Retired generations are dropped, oldest first, above this many estimated heap bytes. */
  private final long maxRetiredBytes;

  Overlay(ReentrantLock commitLock, long maxRetiredBytes) {
    this.commitLock = commitLock;
    this.maxRetiredBytes = maxRetiredBytes;
  }

  OverlayView view() {
    return view;
  }

  long conflictFloor() {
    return conflictFloor;
  }

  /** Takes a commit in; under the commit lock. */
  void apply(Commit commit) {
    Invariant.check(commitLock.isHeldByCurrentThread(), "commits are applied in turn");
    view.active().apply(commit);
  }

  /** Takes in a generation that was prepared for this commit; under the commit lock. */
  void insert(OverlayGeneration prepared, Commit commit) {
    Invariant.check(commitLock.isHeldByCurrentThread(), "commits are applied in turn");
    Invariant.check(
        commit.revision() > newestRevision(),
        "revisions must rise in an overlay",
        newestRevision(),
        commit.revision());
    prepared.stamp(commit);
    view = view.insert(prepared);
  }

  private long newestRevision() {
    for (OverlayGeneration generation : view.unflushed()) {
      if (!generation.isEmpty()) {
        return generation.lastRevision();
      }
    }
    return 0;
  }

  /** Whether one more generation would not make reads too slow. */
  boolean mayInsert() {
    return view.unflushed().size() < MAX_GENERATIONS;
  }

  /** How often the overlay was frozen. Guarded by the commit lock. */
  long freezes() {
    return freezes;
  }

  /** Whether what came since the last freeze has reached a flush threshold. */
  boolean needsFlush(OverlayLimits limits) {
    long bytes = 0;
    long commits = 0;
    for (OverlayGeneration generation : view.unflushed()) {
      if (!generation.isEmpty() && generation.lastRevision() <= frozenUpTo) {
        break;
      }
      bytes += generation.bytes();
      commits += generation.commits().size();
    }
    return bytes >= limits.flushBytes() || commits >= limits.flushCommits();
  }

  /** The conflict floor of a store that was just opened: no older transaction exists. */
  void startAt(long revision) {
    conflictFloor = revision;
  }

  /** Freezes the active generation, unless it is empty, and returns the oldest frozen one. */
  @Nullable OverlayGeneration freeze() {
    commitLock.lock();
    try {
      freezes++;
      frozenUpTo = newestRevision();
      if (!view.active().isEmpty()) {
        view = view.freeze();
      }
      return view.oldestFrozen();
    } finally {
      commitLock.unlock();
    }
  }

  /** Takes a flushed generation away from readers; {@code oldestSnapshot} is still open. */
  void drop(OverlayGeneration flushed, long oldestSnapshot) {
    commitLock.lock();
    try {
      Invariant.check(view.oldestFrozen() == flushed, "generations are flushed oldest first");
      List<OverlayGeneration> candidates = new ArrayList<>(view.retired().size() + 1);
      candidates.add(flushed);
      candidates.addAll(view.retired());
      view = view.dropOldestFrozen(stillNeeded(candidates, oldestSnapshot));
    } finally {
      commitLock.unlock();
    }
  }

  /** Lets retired generations go that no open transaction needs; called now and then. */
  void trim(long oldestSnapshot) {
    commitLock.lock();
    try {
      if (!view.retired().isEmpty()) {
        view = new OverlayView(view.unflushed(), stillNeeded(view.retired(), oldestSnapshot));
      }
    } finally {
      commitLock.unlock();
    }
  }

  private List<OverlayGeneration> stillNeeded(
      List<OverlayGeneration> newestFirst, long oldestSnapshot) {
    List<OverlayGeneration> needed = new ArrayList<>(newestFirst.size());
    long bytes = 0;
    for (OverlayGeneration generation : newestFirst) {
      bytes += generation.bytes();
      if (generation.lastRevision() <= oldestSnapshot || bytes > maxRetiredBytes) {
        conflictFloor = Math.max(conflictFloor, generation.lastRevision());
        break;
      }
      needed.add(generation);
    }
    return List.copyOf(needed);
  }

  /** The revision of the newest write to {@code key} above {@code snapshot}, or 0. */
  long newestAbove(Key key, long snapshot) {
    OverlayView now = view;
    long found = newestAbove(now.unflushed(), key, snapshot);
    return found != 0 ? found : newestAbove(now.retired(), key, snapshot);
  }

  private static long newestAbove(List<OverlayGeneration> newestFirst, Key key, long snapshot) {
    for (int i = 0; i < newestFirst.size(); i++) {
      OverlayGeneration generation = newestFirst.get(i);
      if (!generation.isEmpty() && generation.lastRevision() <= snapshot) {
        return 0;
      }
      VersionNode node = generation.newest(key);
      if (node != null) {
        return node.revision > snapshot ? node.revision : 0;
      }
    }
    return 0;
  }

  /** The newest write above {@code snapshot} to a key of {@code range}, or null. */
  @Nullable RangeWrite newestIn(KeyRange range, long snapshot) {
    OverlayView now = view;
    RangeWrite hit = newestIn(now.unflushed(), range, snapshot);
    return hit != null ? hit : newestIn(now.retired(), range, snapshot);
  }

  private static @Nullable RangeWrite newestIn(
      List<OverlayGeneration> newestFirst, KeyRange range, long snapshot) {
    for (int i = 0; i < newestFirst.size(); i++) {
      OverlayGeneration generation = newestFirst.get(i);
      if (!generation.isEmpty() && generation.lastRevision() <= snapshot) {
        return null;
      }
      RangeWrite hit = generation.newestIn(range, snapshot);
      if (hit != null) {
        return hit;
      }
    }
    return null;
  }

  /** The newest commit that {@link #mayHavePut} is sure to look at, or 0. */
  long lastCommit() {
    for (OverlayGeneration generation : view.unflushed()) {
      int size = generation.commits().size();
      if (size > 0) {
        return generation.commits().get(size - 1).revision();
      }
    }
    return 0;
  }

  /**
   * Whether a key of {@code range} was put above {@code snapshot}, visible or not yet, or that
   * cannot be told any more.
   */
  boolean mayHavePut(KeyRange range, long snapshot) {
    OverlayView now = view; // before the floor, which rises first
    return snapshot < conflictFloor
        || hasPut(now.unflushed(), range, snapshot)
        || hasPut(now.retired(), range, snapshot);
  }

  private static boolean hasPut(
      List<OverlayGeneration> newestFirst, KeyRange range, long snapshot) {
    for (OverlayGeneration generation : newestFirst) {
      if (!generation.isEmpty() && generation.lastRevision() <= snapshot) {
        return false;
      }
      if (generation.hasPut(range, snapshot)) {
        return true;
      }
    }
    return false;
  }

  /** The commit of exactly {@code revision} where it is not flushed or lately was, or null. */
  @Nullable Commit commit(long revision) {
    OverlayView now = view;
    for (OverlayGeneration generation : now.unflushed()) {
      Commit commit = generation.commit(revision);
      if (commit != null) {
        return commit;
      }
    }
    for (OverlayGeneration generation : now.retired()) {
      Commit commit = generation.commit(revision);
      if (commit != null) {
        return commit;
      }
    }
    return null;
  }
}
