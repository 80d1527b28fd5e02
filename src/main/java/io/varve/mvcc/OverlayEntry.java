package io.varve.mvcc;

import io.varve.model.Key;
import java.util.Comparator;

/** A key in an overlay generation and its versions there: at least one. */
final class OverlayEntry {
  static final Comparator<OverlayEntry> BY_KEY = (left, right) -> left.key.compareTo(right.key);

  private final Key key;

  /** Replaced by one thread at a time, read by any. */
  private volatile VersionNode newest;

  OverlayEntry(Key key, VersionNode first) {
    this.key = key;
    this.newest = first;
  }

  Key key() {
    return key;
  }

  /** The newest version here, visible or not. */
  VersionNode newest() {
    return newest;
  }

  /** Adds a version, which links to the one that was the newest. */
  void add(VersionNode version) {
    newest = version;
  }
}
