package io.varve.mvcc;

import io.varve.model.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Several frozen overlay generations, as one flush writes them out together. */
final class FrozenGenerations {
  private final List<OverlayGeneration> oldestFirst;
  private final Key[] keys;

  /** {@code oldestFirst} follow each other in the commit order; there is at least one. */
  FrozenGenerations(List<OverlayGeneration> oldestFirst) {
    this.oldestFirst = List.copyOf(oldestFirst);
    List<Key[]> runs = new ArrayList<>(oldestFirst.size());
    for (OverlayGeneration generation : oldestFirst) {
      runs.add(generation.sortedKeys());
    }
    this.keys = KeyOrder.mergeDistinct(runs);
  }

  List<OverlayGeneration> oldestFirst() {
    return oldestFirst;
  }

  /** Every key, once, sorted. */
  Key[] keys() {
    return keys;
  }

  /** The versions of a key, newest first. */
  List<VersionNode> versions(Key key) {
    List<VersionNode> versions = new ArrayList<>(1);
    for (int i = oldestFirst.size() - 1; i >= 0; i--) {
      VersionNode node = oldestFirst.get(i).newest(key);
      while (node != null) {
        versions.add(node);
        node = node.older;
      }
    }
    return versions;
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
