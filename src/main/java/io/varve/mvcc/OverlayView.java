package io.varve.mvcc;

import io.varve.model.Key;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The overlay generations at one moment. Immutable; the generations in it go on growing.
 *
 * <p>A reader takes a view <em>before</em> it looks into the flushed versions: a generation leaves
 * the view only after its versions can be read there, so that nothing is missed in between.
 *
 * @param unflushed generations that readers need, newest first; the first takes new commits
 * @param retired flushed generations, newest first, which only conflict checks still need
 */
record OverlayView(List<OverlayGeneration> unflushed, List<OverlayGeneration> retired) {
  static OverlayView empty() {
    return new OverlayView(List.of(new OverlayGeneration()), List.of());
  }

  /** The generation that takes new commits. */
  OverlayGeneration active() {
    return unflushed.getFirst();
  }

  /** The oldest generation that waits to be flushed, or null. */
  @Nullable OverlayGeneration oldestFrozen() {
    return unflushed.size() > 1 ? unflushed.getLast() : null;
  }

  /** The generations that wait to be flushed, oldest first. */
  List<OverlayGeneration> frozen() {
    return unflushed.subList(1, unflushed.size()).reversed();
  }

  /** With a generation that holds the newest commit, behind an active one that has none. */
  OverlayView insert(OverlayGeneration newest) {
    List<OverlayGeneration> generations = new ArrayList<>(unflushed);
    if (!active().isEmpty()) {
      generations.addFirst(new OverlayGeneration());
    }
    generations.add(1, newest);
    return new OverlayView(List.copyOf(generations), retired);
  }

  OverlayView freeze() {
    List<OverlayGeneration> generations = new ArrayList<>(unflushed.size() + 1);
    // What comes is likely to be as much as what came.
    generations.add(new OverlayGeneration(active().keyCount()));
    generations.addAll(unflushed);
    return new OverlayView(List.copyOf(generations), retired);
  }

  /** Without the oldest frozen generation; {@code nowRetired} replaces the retired ones. */
  OverlayView dropOldestFrozen(List<OverlayGeneration> nowRetired) {
    return new OverlayView(
        List.copyOf(unflushed.subList(0, unflushed.size() - 1)), List.copyOf(nowRetired));
  }

  /**
   * The newest version of {@code key} at or below {@code snapshot} that is not flushed, or null.
   */
  @Nullable VersionNode find(Key key, long snapshot) {
    for (int i = 0; i < unflushed.size(); i++) {
      VersionNode found = VersionNode.at(unflushed.get(i).newest(key), snapshot);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** Whether any version of {@code key} is not flushed, at whatever revision. */
  boolean holds(Key key) {
    for (int i = 0; i < unflushed.size(); i++) {
      if (unflushed.get(i).newest(key) != null) {
        return true;
      }
    }
    return false;
  }

  /** Commit time of the oldest commit that is not flushed, in ms since 1970; 0 if there is none. */
  long oldestCommitMs() {
    for (int i = unflushed.size() - 1; i >= 0; i--) {
      if (!unflushed.get(i).isEmpty()) {
        return unflushed.get(i).commits().get(0).timeMs();
      }
    }
    return 0;
  }

  long bytes() {
    long bytes = 0;
    for (OverlayGeneration generation : unflushed) {
      bytes += generation.bytes();
    }
    return bytes;
  }
}
