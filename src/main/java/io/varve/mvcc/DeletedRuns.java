package io.varve.mvcc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Remembers stretches of keys that hold no live key, so that a scan need not step over what was
 * deleted there. Thread-safe.
 */
final class DeletedRuns {
  /*
   * A run [from, to) was learned by a scan at a revision: no key in it was live there. It holds for
   * each snapshot at or above that revision that sees no put into it.
   *
   * A put takes its key out of the run after it is in the overlay and before it is visible. So a
   * reader whose snapshot sees the put finds the run without the key, whenever it looks; a reader
   * that finds the old run has a snapshot below the put.
   *
   * A scan may learn a run although commits came after its snapshot. Under the lock it asks the
   * overlay for puts above the snapshot; one that enters the overlay later waits for the lock and
   * takes its key out then. Where the overlay does not reach back to the snapshot, nothing is
   * learned. A delete changes nothing: the key stays dead.
   *
   * A queue that is consumed at its head adds a short run behind a long one again and again. Runs
   * are merged when they are of a similar size, so that there are few of them, and a merged one,
   * which has the higher revision of the two, seldom replaces a long one that readers of a slightly
   * older snapshot can still use.
   */
  static final int MAX_RUNS = 1024;

  /** Deleted keys from which a run is worth a new cursor. */
  static final int MIN_KEYS = 64;

  private static final int MAX_KEY_BYTES = 1024;
  private static final Key LOWEST = Key.wrap(new byte[1]);

  private record Run(Key from, @Nullable Key to, long revision, long keys) {
    boolean holds(Key key) {
      return from.compareTo(key) <= 0 && (to == null || key.compareTo(to) < 0);
    }
  }

  private final Overlay overlay;
  private final int minKeys;
  private final ReentrantLock lock = new ReentrantLock();

  /** By where they begin; they never overlap. Changed under the lock, read without it. */
  private final ConcurrentSkipListMap<Key, Run> runs = new ConcurrentSkipListMap<>();

  @GuardedBy("lock")
  private int count;

  DeletedRuns(Overlay overlay) {
    this(overlay, MIN_KEYS);
  }

  /** For a test, which has fewer keys. */
  DeletedRuns(Overlay overlay, int minKeys) {
    this.overlay = overlay;
    this.minKeys = minKeys;
  }

  /**
   * What is left of {@code range} behind the run that holds {@code key}, in the order of the scan;
   * null where no run that {@code snapshot} can use holds it, or one too short to matter.
   */
  @Nullable KeyRange behind(Key key, KeyRange range, boolean reverse, long snapshot) {
    Run run = floor(key);
    long keys = 0;
    @Nullable Key edge = null;
    while (run != null && run.revision <= snapshot) {
      keys += run.keys;
      edge = reverse ? run.from : run.to;
      if (edge == null) {
        break;
      }
      run = reverse ? endingAt(edge) : floor(edge);
    }
    return keys < minKeys ? null : rest(range, key, edge, reverse);
  }

  private @Nullable Run floor(Key key) {
    Map.Entry<Key, Run> entry = runs.floorEntry(key);
    return entry != null && entry.getValue().holds(key) ? entry.getValue() : null;
  }

  private @Nullable Run endingAt(Key edge) {
    Map.Entry<Key, Run> entry = runs.lowerEntry(edge);
    return entry != null && edge.equals(entry.getValue().to) ? entry.getValue() : null;
  }

  private static KeyRange rest(KeyRange range, Key key, @Nullable Key edge, boolean reverse) {
    if (reverse) {
      Key start = range.start();
      Key end = edge == null ? key : edge;
      return new KeyRange(start, start != null && end.compareTo(start) < 0 ? start : end);
    }
    Key end = range.end();
    if (edge == null || (end != null && edge.compareTo(end) > 0)) {
      return end == null ? new KeyRange(key, key) : new KeyRange(end, end);
    }
    return new KeyRange(edge, end);
  }

  /**
   * Learns that a scan at {@code snapshot}, which is still registered, found no live key in {@code
   * range} and stepped over so many deleted ones.
   */
  void learn(KeyRange range, long keys, long snapshot) {
    Key from = range.start() == null ? LOWEST : range.start();
    Key to = range.end();
    if (range.isEmpty()
        || from.length() > MAX_KEY_BYTES
        || (to != null && to.length() > MAX_KEY_BYTES)
        || (keys < minKeys && endingAt(from) == null && (to == null || !runs.containsKey(to)))) {
      return;
    }
    // Most of the check without the lock, which commits wait for.
    long checked = overlay.lastCommit();
    if (overlay.mayHavePut(range, snapshot)) {
      return;
    }
    lock.lock();
    try {
      if (!overlay.mayHavePut(range, Math.max(checked, snapshot))) {
        add(from, to, snapshot, keys);
      }
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void add(Key givenFrom, @Nullable Key givenTo, long snapshot, long keys) {
    Key from = givenFrom;
    @Nullable Key to = givenTo;
    Run left = floor(from);
    if (left != null && left.revision <= snapshot) {
      if (left.to == null) {
        return;
      }
      from = left.to;
    } else if (left != null) {
      return; // of a newer revision, and this one reaches no further back than it can be sure of
    }
    if (to != null && from.compareTo(to) >= 0) {
      return;
    }
    Map.Entry<Key, Run> last = to == null ? runs.lastEntry() : runs.lowerEntry(to);
    if (last != null && last.getKey().compareTo(from) > 0 && reachesBeyond(last.getValue(), to)) {
      to = last.getKey();
    }
    removeWithin(from, to);
    merge(new Run(from, to, snapshot, keys));
  }

  private static boolean reachesBeyond(Run run, @Nullable Key to) {
    return to != null && (run.to == null || run.to.compareTo(to) > 0);
  }

  @GuardedBy("lock")
  private void removeWithin(Key from, @Nullable Key to) {
    Map<Key, Run> within = to == null ? runs.tailMap(from, true) : runs.subMap(from, to);
    for (Run run : List.copyOf(within.values())) {
      remove(run);
    }
  }

  @GuardedBy("lock")
  private void merge(Run added) {
    Run run = added;
    while (true) {
      Run left = endingAt(run.from);
      if (left != null && left.keys <= 2 * run.keys) {
        remove(left);
        run = joined(left, run);
        continue;
      }
      Run right = run.to == null ? null : runs.get(run.to);
      if (right == null || right.keys > 2 * run.keys) {
        break;
      }
      remove(right);
      run = joined(run, right);
    }
    if (count >= MAX_RUNS) {
      removeShortest();
    }
    put(run);
  }

  private static Run joined(Run left, Run right) {
    return new Run(
        left.from, right.to, Math.max(left.revision, right.revision), left.keys + right.keys);
  }

  @GuardedBy("lock")
  private void removeShortest() {
    @Nullable Run shortest = null;
    for (Run run : runs.values()) {
      if (shortest == null || run.keys < shortest.keys) {
        shortest = run;
      }
    }
    if (shortest != null) {
      remove(shortest);
    }
  }

  @GuardedBy("lock")
  private void put(Run run) {
    runs.put(run.from, run);
    count++;
  }

  @GuardedBy("lock")
  private void remove(Run run) {
    runs.remove(run.from);
    count--;
  }

  /** To be called after {@code writes} went into the overlay and before they become visible. */
  void written(List<Write> writes) {
    lock.lock();
    try {
      if (count == 0) {
        return;
      }
      Key lowest = runs.firstKey();
      Key bound = runs.lastEntry().getValue().to;
      for (int i = 0; i < writes.size(); i++) {
        Key key = writes.get(i).key();
        if (writes.get(i).value() != null
            && key.compareTo(lowest) >= 0
            && (bound == null || key.compareTo(bound) < 0)) {
          takeOut(key);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many keys lie on which side is not known: half of them, so that a refilled run goes. */
  @GuardedBy("lock")
  private void takeOut(Key key) {
    Run run = floor(key);
    if (run == null) {
      return;
    }
    remove(run);
    long half = run.keys / 2;
    if (half < minKeys) {
      return;
    }
    if (run.from.compareTo(key) < 0) {
      put(new Run(run.from, key, run.revision, half));
    }
    Key next = key.successor();
    if ((run.to == null || next.compareTo(run.to) < 0) && count < MAX_RUNS) {
      put(new Run(next, run.to, run.revision, half));
    }
  }

  /** Runs that are remembered. */
  int size() {
    return runs.size();
  }
}
