package io.varve.mvcc;

import io.varve.model.Entry;
import io.varve.model.HistoryEntry;
import io.varve.model.Invariant;
import io.varve.model.Key;
import io.varve.model.Revision;
import io.varve.model.Value;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageRow;
import io.varve.storage.StorageService;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads single keys: the overlay first, then the read cache, then one seek. Thread-safe. */
final class VersionReader {
  private final Overlay overlay;
  private final ReadCache cache;
  private final StorageService storage;
  private final CommitTimes times;

  VersionReader(Overlay overlay, ReadCache cache, StorageService storage, CommitTimes times) {
    this.overlay = overlay;
    this.cache = cache;
    this.storage = storage;
    this.times = times;
  }

  /** The entry of {@code key} at {@code snapshot}, which the caller has registered, or null. */
  @Nullable Entry get(Key key, long snapshot) {
    int stamp = cache.stamp(key);
    OverlayView view = overlay.view();
    VersionNode unflushed = view.find(key, snapshot);
    if (unflushed != null) {
      return entry(key, unflushed.revision, unflushed.value);
    }
    ReadCache.Cached cached = cache.get(key);
    if (cached != null && cached.revision() <= snapshot) {
      return entry(key, cached.revision(), cached.value());
    }
    if (!view.holds(key)) {
      ReadCache.Cached newest = seek(key, Revision.MAX_VALUE);
      cache.fill(key, stamp, newest);
      if (newest.revision() <= snapshot) {
        return entry(key, newest.revision(), newest.value());
      }
    }
    ReadCache.Cached found = seek(key, snapshot);
    return entry(key, found.revision(), found.value());
  }

  private ReadCache.Cached seek(Key key, long snapshot) {
    StorageRow row =
        storage.first(
            ColumnFamily.VERSIONS,
            VersionedKeyCodec.encode(key, snapshot),
            VersionedKeyCodec.upperBound(key));
    if (row == null) {
      return ReadCache.Cached.ABSENT;
    }
    long revision = VersionedKeyCodec.revision(row.key());
    Invariant.check(
        revision > 0 && revision <= snapshot, "a seek finds no newer version", revision, snapshot);
    return new ReadCache.Cached(revision, VersionValueCodec.decode(row.value()));
  }

  private static @Nullable Entry entry(Key key, long revision, @Nullable Value value) {
    return value == null ? null : new Entry(key, value, new Revision(revision));
  }

  /**
   * Versions of {@code key} at or below {@code snapshot}, newest first: up to {@code limit} of
   * them, and none after those that hold {@code maxBytes}.
   */
  List<HistoryEntry> history(Key key, long snapshot, int limit, long maxBytes) {
    History versions = new History(limit, maxBytes);
    long below = snapshot + 1;
    for (OverlayGeneration generation : overlay.view().unflushed()) {
      VersionNode node = VersionNode.at(generation.newest(key), below - 1);
      while (node != null && !versions.isFull()) {
        versions.add(version(node.revision, node.value));
        below = node.revision;
        node = node.older;
      }
    }
    if (!versions.isFull() && below > 1) {
      addFlushed(key, below - 1, versions);
    }
    return versions.found;
  }

  private void addFlushed(Key key, long snapshot, History versions) {
    byte[] prefix = VersionedKeyCodec.lowerBound(key);
    try (StorageIterator rows = storage.iterate(ColumnFamily.VERSIONS)) {
      rows.seek(VersionedKeyCodec.encode(key, snapshot));
      while (!versions.isFull() && rows.valid()) {
        byte[] row = rows.key();
        if (!VersionedKeyCodec.belongsTo(row, prefix)) {
          return;
        }
        versions.add(
            version(VersionedKeyCodec.revision(row), VersionValueCodec.decode(rows.value())));
        rows.next();
      }
    }
  }

  private HistoryEntry version(long revision, @Nullable Value value) {
    return new HistoryEntry(new Revision(revision), times.timeOf(revision), value);
  }

  /** Collects versions until one of the bounds is reached. */
  private static final class History {
    private final int limit;
    private final long maxBytes;
    private final List<HistoryEntry> found = new ArrayList<>();
    private long bytes;

    History(int limit, long maxBytes) {
      this.limit = limit;
      this.maxBytes = maxBytes;
    }

    boolean isFull() {
      return found.size() >= limit || bytes >= maxBytes;
    }

    void add(HistoryEntry version) {
      found.add(version);
      bytes += version.value() == null ? 0 : version.value().length();
    }
  }
}
