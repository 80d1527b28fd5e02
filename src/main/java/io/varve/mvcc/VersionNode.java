package io.varve.mvcc;

import io.varve.model.Value;
import org.jspecify.annotations.Nullable;

/**
 * One version of a key in an overlay generation, linked to the next older one there. Does not
 * change once it is published, so that a reader that has found the newest node can walk down
 * without a lock.
 */
final class VersionNode {
  /** Set before the node is published: at once, or by {@link OverlayGeneration#stamp}. */
  long revision;

  final @Nullable Value value;
  final @Nullable VersionNode older;

  VersionNode(long revision, @Nullable Value value, @Nullable VersionNode older) {
    this.revision = revision;
    this.value = value;
    this.older = older;
  }

  /** The newest version at or below {@code snapshot}, or null. */
  static @Nullable VersionNode at(@Nullable VersionNode newest, long snapshot) {
    VersionNode node = newest;
    while (node != null && node.revision > snapshot) {
      node = node.older;
    }
    return node;
  }
}
