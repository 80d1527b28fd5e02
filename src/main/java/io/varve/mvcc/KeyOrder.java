package io.varve.mvcc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;

/** The distinct keys of an overlay generation, put in order only when somebody asks. */
final class KeyOrder {
  /*
   * Commits append keys, in any order, at the cost of a store into an array. A scan sorts what was
   * appended since the last scan into a run of its own and merges runs of like size, as a
   * log-structured merge tree does, so that n keys cost O(n log n) over all scans and there are
   * never more than O(log n) runs. A skip list instead would make every commit pay for order:
   * measured, it takes a quarter of the writes of a hash table.
   */
  private final AppendList<OverlayEntry> appended;

  @GuardedBy("this")
  private final List<OverlayEntry[]> runs = new ArrayList<>();

  @GuardedBy("this")
  private int sorted;

  /** The order of the entries in a list that grows, of which no two have the same key. */
  KeyOrder(AppendList<OverlayEntry> appended) {
    this.appended = appended;
  }

  /**
   * All entries added so far, as sorted arrays which share no key. Callers must not change them.
   */
  synchronized List<OverlayEntry[]> runs() {
    int upTo = appended.size();
    if (upTo > sorted) {
      OverlayEntry[] run = new OverlayEntry[upTo - sorted];
      for (int i = 0; i < run.length; i++) {
        run[i] = appended.get(sorted + i);
      }
      KeySort.sort(run);
      sorted = upTo;
      runs.add(run);
      while (runs.size() > 1 && lastRunIsLarge()) {
        OverlayEntry[] last = runs.removeLast();
        runs.add(KeySort.merge(runs.removeLast(), last));
      }
    }
    return List.copyOf(runs);
  }

  /** All entries added so far in one sorted array. Callers must not change it. */
  synchronized OverlayEntry[] sorted() {
    List<OverlayEntry[]> all = runs();
    if (all.isEmpty()) {
      return new OverlayEntry[0];
    }
    OverlayEntry[] merged = all.getLast();
    for (int i = all.size() - 2; i >= 0; i--) {
      merged = KeySort.merge(all.get(i), merged);
    }
    runs.clear();
    runs.add(merged);
    return merged;
  }

  @GuardedBy("this")
  private boolean lastRunIsLarge() {
    return 2 * runs.getLast().length >= runs.get(runs.size() - 2).length;
  }
}
