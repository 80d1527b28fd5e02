package io.varve.mvcc;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import org.jspecify.annotations.Nullable;

/**
 * The deleted keys that a scan is stepping over, from the last live key or from where it began, and
 * what is known of those that follow. One thread.
 */
final class DeadStretch {
  /** Deleted keys in a row between two questions whether a run of them is known. */
  private static final int ASK_EVERY = 16;

  private final DeletedRuns runs;
  private final boolean reverse;
  private final long snapshot;

  /** Where it begins in the order of the scan: inclusive upwards, exclusive downwards. */
  private @Nullable Key edge;

  private long keys;

  /** A scan of {@code range} that begins. */
  DeadStretch(DeletedRuns runs, KeyRange range, boolean reverse, long snapshot) {
    this.runs = runs;
    this.reverse = reverse;
    this.snapshot = snapshot;
    this.edge = reverse ? range.end() : range.start();
  }

  /** What is left of {@code range}, which begins with deleted keys where that is known. */
  KeyRange first(KeyRange range) {
    Key start = range.start();
    KeyRange rest = reverse || start == null ? null : runs.behind(start, range, false, snapshot);
    if (rest == null) {
      return range;
    }
    edge = rest.start();
    return rest;
  }

  /**
   * Steps over a deleted key; returns what is left of {@code range} where a run of them is known.
   */
  @Nullable KeyRange dead(Key key, KeyRange range) {
    KeyRange rest = keys % ASK_EVERY == 0 ? runs.behind(key, range, reverse, snapshot) : null;
    if (rest == null) {
      keys++;
      return null;
    }
    endsBefore(key);
    edge = reverse ? rest.end() : rest.start();
    return rest;
  }

  /** The scan has come to a live key. */
  void live(Key key) {
    endsBefore(key);
    edge = reverse ? key : key.successor();
  }

  /** The scan ends before {@code key}, which may be live. */
  void endsBefore(Key key) {
    if (keys > 0) {
      runs.learn(
          reverse ? new KeyRange(key.successor(), edge) : new KeyRange(edge, key), keys, snapshot);
    }
    keys = 0;
  }

  /** The scan has come to the end of its range. */
  void endsWith(KeyRange range) {
    if (keys > 0) {
      runs.learn(
          reverse ? new KeyRange(range.start(), edge) : new KeyRange(edge, range.end()),
          keys,
          snapshot);
    }
    keys = 0;
  }
}
