package io.varve.mvcc;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The distinct keys of all unflushed generations within a range, in order. One thread. */
final class OverlayCursor {
  private final boolean reverse;
  private final List<Run> runs = new ArrayList<>();
  private @Nullable Key current;

  OverlayCursor(OverlayView view, KeyRange range, boolean reverse) {
    this.reverse = reverse;
    for (OverlayGeneration generation : view.unflushed()) {
      for (OverlayEntry[] entries : generation.runs()) {
        Run run = new Run(entries, range, reverse);
        if (run.key() != null) {
          runs.add(run);
        }
      }
    }
    current = nearest();
  }

  /** The key the cursor is on, or null past the end. */
  @Nullable Key key() {
    return current;
  }

  /** The newest version of the key at or below {@code snapshot}, or null. */
  @Nullable VersionNode version(long snapshot) {
    for (Run run : runs) { // those of newer generations come first
      Key key = run.key();
      if (key != null && key.equals(current)) {
        VersionNode version = VersionNode.at(run.newest(), snapshot);
        if (version != null) {
          return version;
        }
      }
    }
    return null;
  }

  void next() {
    Key passed = current;
    for (Run run : runs) {
      Key key = run.key();
      if (key != null && key.equals(passed)) {
        run.advance();
      }
    }
    current = nearest();
  }

  private @Nullable Key nearest() {
    Key nearest = null;
    for (Run run : runs) {
      Key key = run.key();
      if (key != null && (nearest == null || precedes(key, nearest))) {
        nearest = key;
      }
    }
    return nearest;
  }

  private boolean precedes(Key key, Key other) {
    return reverse ? key.compareTo(other) > 0 : key.compareTo(other) < 0;
  }

  /** The part of a sorted array that lies in the range. */
  private static final class Run {
    private final OverlayEntry[] entries;
    private final int step;
    private int at;
    private int left;

    Run(OverlayEntry[] entries, KeyRange range, boolean reverse) {
      int from = range.start() == null ? 0 : KeySort.firstAtOrAbove(entries, range.start());
      int to = range.end() == null ? entries.length : KeySort.firstAtOrAbove(entries, range.end());
      this.entries = entries;
      this.left = Math.max(0, to - from);
      this.step = reverse ? -1 : 1;
      this.at = reverse ? to - 1 : from;
    }

    @Nullable Key key() {
      return left > 0 ? entries[at].key() : null;
    }

    VersionNode newest() {
      return entries[at].newest();
    }

    void advance() {
      at += step;
      left--;
    }
  }
}
