package io.varve.mvcc;

import io.varve.model.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Several frozen overlay generations, as one flush writes them out together. */
final class FrozenGenerations {
  private static final int LARGE_VERSIONS = 50_000;

  private final List<OverlayGeneration> oldestFirst;

  /** Sorted by key; of equal keys, the entry of the newest generation first. */
  private final OverlayEntry[] entries;

  private final int keyCount;

  /** Is told keys of a flush in rising order. */
  interface KeyVisitor {
    /** A key and its versions, newest first; the list is good for this call only. */
    void visit(Key key, List<VersionNode> versions);
  }

  /** {@code oldestFirst} follow each other in the commit order; there is at least one. */
  FrozenGenerations(List<OverlayGeneration> oldestFirst) {
    this.oldestFirst = List.copyOf(oldestFirst);
    this.entries = merge(this.oldestFirst);
    this.keyCount = countKeys();
  }

  private static OverlayEntry[] merge(List<OverlayGeneration> oldestFirst) {
    if (oldestFirst.size() == 1) {
      return oldestFirst.getFirst().sorted();
    }
    int middle = oldestFirst.size() / 2;
    OverlayEntry[] older = merge(oldestFirst.subList(0, middle));
    OverlayEntry[] newer = merge(oldestFirst.subList(middle, oldestFirst.size()));
    return KeySort.merge(newer, older);
  }

  private int countKeys() {
    int count = 0;
    for (int i = 0; i < entries.length; i++) {
      if (!isSameKeyAsBefore(i)) {
        count++;
      }
    }
    return count;
  }

  private boolean isSameKeyAsBefore(int index) {
    return oldestFirst.size() > 1
        && index > 0
        && entries[index].key().equals(entries[index - 1].key());
  }

  List<OverlayGeneration> oldestFirst() {
    return oldestFirst;
  }

  /** Number of distinct keys. */
  int keyCount() {
    return keyCount;
  }

  /**
   * Shows every key once, with its versions: the lower half of the keys in rising order to one
   * visitor, the upper half to another, which may be the same unless {@link #isLarge()}: then two
   * threads do it at the same time.
   */
  void forEachKey(KeyVisitor lower, KeyVisitor upper) {
    int middle = entries.length / 2;
    while (middle < entries.length && isSameKeyAsBefore(middle)) {
      middle++;
    }
    int from = middle;
    inTwo(() -> forEachKey(0, from, lower), () -> forEachKey(from, entries.length, upper));
  }

  private void forEachKey(int from, int to, KeyVisitor visitor) {
    List<VersionNode> versions = new ArrayList<>();
    int i = from;
    while (i < to) {
      Key key = entries[i].key();
      versions.clear();
      do {
        for (VersionNode node = entries[i].newest(); node != null; node = node.older) {
          versions.add(node);
        }
        i++;
      } while (i < to && isSameKeyAsBefore(i));
      visitor.visit(key, versions);
    }
  }

  /** Shows every commit in commit order, in two halves as {@link #forEachKey} does. */
  void forEachCommit(Consumer<Commit> earlier, Consumer<Commit> later) {
    long all = commitCount();
    inTwo(() -> forEachCommit(0, all / 2, earlier), () -> forEachCommit(all / 2, all, later));
  }

  private void forEachCommit(long from, long to, Consumer<Commit> action) {
    long before = 0;
    for (OverlayGeneration generation : oldestFirst) {
      AppendList<Commit> commits = generation.commits();
      int first = Math.toIntExact(Math.clamp(from - before, 0, commits.size()));
      int end = Math.toIntExact(Math.clamp(to - before, 0, commits.size()));
      for (int i = first; i < end; i++) {
        action.accept(commits.get(i));
      }
      before += commits.size();
    }
  }

  /** Whether there is so much to write that a second thread is worth its while. */
  boolean isLarge() {
    return versionCount() >= LARGE_VERSIONS;
  }

  private void inTwo(Runnable first, Runnable second) {
    if (isLarge()) {
      SideBySide.run(first, second);
    } else {
      first.run();
      second.run();
    }
  }

  long firstRevision() {
    return oldestFirst.getFirst().commits().get(0).revision();
  }

  long lastRevision() {
    return oldestFirst.getLast().lastRevision();
  }

  long commitCount() {
    return oldestFirst.stream().mapToLong(generation -> generation.commits().size()).sum();
  }

  long versionCount() {
    return oldestFirst.stream().mapToLong(OverlayGeneration::versions).sum();
  }
}
