package io.varve.mvcc;

import io.varve.model.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Several frozen overlay generations, as one flush writes them out together. */
final class FrozenGenerations {
  private final List<OverlayGeneration> oldestFirst;

  /** Sorted by key; of equal keys, the entry of the newest generation first. */
  private final OverlayEntry[] entries;

  private final int keyCount;

  /** Is told the keys of a flush in rising order. */
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

  /** Shows every key once, in rising order, with its versions. */
  void forEachKey(KeyVisitor visitor) {
    List<VersionNode> versions = new ArrayList<>();
    int i = 0;
    while (i < entries.length) {
      Key key = entries[i].key();
      versions.clear();
      do {
        for (VersionNode node = entries[i].newest(); node != null; node = node.older) {
          versions.add(node);
        }
        i++;
      } while (i < entries.length && isSameKeyAsBefore(i));
      visitor.visit(key, versions);
    }
  }

  void forEachCommit(Consumer<Commit> action) {
    for (OverlayGeneration generation : oldestFirst) {
      AppendList<Commit> commits = generation.commits();
      for (int i = 0; i < commits.size(); i++) {
        action.accept(commits.get(i));
      }
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
