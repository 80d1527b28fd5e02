package io.varve.mvcc;

import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.Value;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads ranges: merges the unflushed generations with the flushed versions. Thread-safe. */
final class VersionScan {
  /*
   * A scan goes in steps. Each takes a fresh overlay view and then a fresh iterator, in this order,
   * so that a version which is flushed in between is met once and never missed; and it holds
   * neither of them for longer than a step, so that a slow scan pins no memtable and no file. What
   * keeps its versions alive across steps is the snapshot that the caller has registered.
   */
  private static final int STEP_KEYS = 1000;
  private static final long STEP_NANOS = Duration.ofMillis(100).toNanos();

  private final Overlay overlay;
  private final DeletedRuns deleted;
  private final StorageService storage;

  VersionScan(Overlay overlay, DeletedRuns deleted, StorageService storage) {
    this.overlay = overlay;
    this.deleted = deleted;
    this.storage = storage;
  }

  /** The next page of {@code range} at {@code snapshot}, which the caller has registered. */
  ScanPage page(KeyRange range, ScanOptions options, long snapshot) {
    Page page = new Page(options, new DeadStretch(deleted, range, options.reverse(), snapshot));
    KeyRange rest = range.isEmpty() ? range : page.stretch.first(range);
    while (rest != null && !rest.isEmpty() && !page.isFull()) {
      rest = step(rest, snapshot, page);
    }
    boolean done = rest == null || rest.isEmpty();
    return new ScanPage(List.copyOf(page.entries), done ? null : rest);
  }

  private @Nullable KeyRange step(KeyRange range, long snapshot, Page page) {
    boolean reverse = page.options.reverse();
    long deadline = System.nanoTime() + STEP_NANOS;
    OverlayView view = overlay.view();
    try (StorageIterator rows = storage.iterate(ColumnFamily.VERSIONS)) {
      OverlayCursor unflushed = new OverlayCursor(view, range, reverse);
      FlushedCursor flushed = new FlushedCursor(rows, range, snapshot, page.options);
      for (int visited = 0; ; visited++) {
        Key key = nearer(unflushed.key(), flushed.key(), reverse);
        if (key == null) {
          page.stretch.endsWith(range);
          return null;
        }
        boolean stepIsOver = visited == STEP_KEYS || System.nanoTime() - deadline > 0;
        if (page.isFull()) {
          page.stretch.endsBefore(key);
          return rest(range, key, reverse);
        }
        if (stepIsOver && visited > 0) {
          return rest(range, key, reverse);
        }
        boolean isFlushed = key.equals(flushed.key());
        boolean isUnflushed = key.equals(unflushed.key());
        VersionNode node = isUnflushed ? unflushed.version(snapshot) : null;
        Value value = node != null ? node.value : isFlushed ? flushed.value() : null;
        if (value != null) {
          page.add(key, node != null ? node.revision : flushed.revision(), value);
        } else {
          KeyRange behind = page.stretch.dead(key, range);
          if (behind != null) {
            return behind;
          }
        }
        if (isFlushed) {
          flushed.next();
        }
        if (isUnflushed) {
          unflushed.next();
        }
      }
    }
  }

  private static @Nullable Key nearer(@Nullable Key left, @Nullable Key right, boolean reverse) {
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    return (left.compareTo(right) < 0) == reverse ? right : left;
  }

  /** The part of {@code range} that begins with {@code key} in the order of the scan. */
  private static KeyRange rest(KeyRange range, Key key, boolean reverse) {
    return reverse ? new KeyRange(range.start(), key.successor()) : new KeyRange(key, range.end());
  }

  /** Collects entries until one of the bounds is reached. */
  private static final class Page {
    private final ScanOptions options;
    private final DeadStretch stretch;
    private final List<Entry> entries = new ArrayList<>();
    private long bytes;

    Page(ScanOptions options, DeadStretch stretch) {
      this.options = options;
      this.stretch = stretch;
    }

    boolean isFull() {
      return entries.size() >= options.limit() || bytes >= options.maxBytes();
    }

    void add(Key key, long revision, Value value) {
      Value shown = options.keysOnly() ? Value.EMPTY : value;
      entries.add(new Entry(key, shown, new Revision(revision)));
      bytes += key.length() + shown.length();
      stretch.live(key);
    }
  }
}
