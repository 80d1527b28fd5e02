package io.varve.mvcc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.model.Key;
import java.util.ArrayList;
import java.util.Arrays;
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
  private final AppendList<Key> appended = new AppendList<>();

  @GuardedBy("this")
  private final List<Key[]> runs = new ArrayList<>();

  @GuardedBy("this")
  private int sorted;

  /** Adds a key that was never added before. Only under the commit lock. */
  void append(Key key) {
    appended.append(key);
  }

  /** Number of keys. */
  int size() {
    return appended.size();
  }

  /** All keys added so far, as sorted arrays which share no key. Callers must not change them. */
  synchronized List<Key[]> runs() {
    int upTo = appended.size();
    if (upTo > sorted) {
      Key[] run = new Key[upTo - sorted];
      for (int i = 0; i < run.length; i++) {
        run[i] = appended.get(sorted + i);
      }
      Arrays.sort(run);
      sorted = upTo;
      runs.add(run);
      while (runs.size() > 1 && lastRunIsLarge()) {
        Key[] last = runs.removeLast();
        runs.add(merge(runs.removeLast(), last));
      }
    }
    return List.copyOf(runs);
  }

  /** All keys added so far in one sorted array. Callers must not change it. */
  synchronized Key[] sorted() {
    List<Key[]> all = runs();
    if (all.isEmpty()) {
      return new Key[0];
    }
    Key[] merged = all.getLast();
    for (int i = all.size() - 2; i >= 0; i--) {
      merged = merge(all.get(i), merged);
    }
    runs.clear();
    runs.add(merged);
    return merged;
  }

  @GuardedBy("this")
  private boolean lastRunIsLarge() {
    return 2 * runs.getLast().length >= runs.get(runs.size() - 2).length;
  }

  /** The keys of sorted runs in one sorted array, each key once. */
  static Key[] mergeDistinct(List<Key[]> runs) {
    if (runs.size() == 1) {
      return runs.getFirst();
    }
    int middle = runs.size() / 2;
    Key[] merged =
        merge(
            mergeDistinct(runs.subList(0, middle)),
            mergeDistinct(runs.subList(middle, runs.size())));
    int distinct = 0;
    for (Key key : merged) {
      if (distinct == 0 || !merged[distinct - 1].equals(key)) {
        merged[distinct++] = key;
      }
    }
    return distinct == merged.length ? merged : Arrays.copyOf(merged, distinct);
  }

  private static Key[] merge(Key[] left, Key[] right) {
    Key[] merged = new Key[left.length + right.length];
    int l = 0;
    int r = 0;
    for (int i = 0; i < merged.length; i++) {
      boolean takeLeft = r == right.length || (l < left.length && left[l].compareTo(right[r]) < 0);
      merged[i] = takeLeft ? left[l++] : right[r++];
    }
    return merged;
  }
}
