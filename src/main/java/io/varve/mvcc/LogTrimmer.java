package io.varve.mvcc;

import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Removes log records that are flushed and pruned. Used by one maintenance thread. */
final class LogTrimmer {
  private final StorageService storage;
  private final StoreMeta meta;
  private final LogRetention retention;

  /** By last revision: a flush that did not finish leaves one behind, which the next may cut up. */
  private final NavigableMap<Long, StoreMeta.Segment> segments = new TreeMap<>();

  private long trimmedTo;

  LogTrimmer(StorageService storage, StoreMeta meta, LogRetention retention) {
    this.storage = storage;
    this.meta = meta;
    this.retention = retention;
    meta.segments().forEach(this::add);
  }

  void addFlushed(OverlayGeneration generation) {
    Commit last = generation.commits().get(generation.commits().size() - 1);
    add(new StoreMeta.Segment(last.revision(), generation.estimatedLogBytes(), last.timeMs()));
  }

  private void add(StoreMeta.Segment segment) {
    segments.put(segment.lastRevision(), segment);
  }

  /**
   * Removes what is too old or too much, a whole flush at a time, but nothing above {@code limit},
   * and always leaves the newest record: the end of the log must never lie below the flushed
   * revision.
   */
  void trim(long limit, long nowMs) {
    long bytes = segments.values().stream().mapToLong(StoreMeta.Segment::bytes).sum();
    long tooOld = nowMs - retention.keepAge().toMillis();
    List<StoreMeta.Segment> gone = new ArrayList<>();
    while (segments.size() > 1) {
      StoreMeta.Segment oldest = segments.firstEntry().getValue();
      boolean exceeded = oldest.lastTimeMs() < tooOld || bytes > retention.keepBytes();
      if (!exceeded || oldest.lastRevision() > limit) {
        break;
      }
      segments.remove(oldest.lastRevision());
      gone.add(oldest);
      bytes -= oldest.bytes();
    }
    if (!gone.isEmpty()) {
      removeBelow(gone.getLast().lastRevision() + 1);
      meta.trimSegments(gone, null);
    }
  }

  /**
   * Removes all up to {@code limit}, which may cut a flush up, but for the newest flushed record.
   * Whether there was anything to remove.
   */
  boolean trimAll(long limit, long flushed) {
    long from = Math.min(limit + 1, flushed);
    byte[] end = LogRecordCodec.key(from);
    if (from <= trimmedTo || storage.first(ColumnFamily.LOG, LogRecordCodec.key(0), end) == null) {
      return false;
    }
    removeBelow(from);
    NavigableMap<Long, StoreMeta.Segment> below = segments.headMap(from, false);
    List<StoreMeta.Segment> gone = List.copyOf(below.values());
    below.clear();
    StoreMeta.Segment cut = segments.isEmpty() ? null : segments.firstEntry().getValue();
    if (cut != null) {
      cut = new StoreMeta.Segment(cut.lastRevision(), bytesUpTo(cut), cut.lastTimeMs());
      add(cut);
    }
    meta.trimSegments(gone, cut);
    return true;
  }

  private long bytesUpTo(StoreMeta.Segment segment) {
    long bytes = 0;
    try (StorageIterator log = storage.iterate(ColumnFamily.LOG)) {
      log.seek(LogRecordCodec.key(trimmedTo));
      while (log.valid() && LogRecordCodec.revision(log.key()) <= segment.lastRevision()) {
        bytes += log.key().length + log.value().length;
        log.next();
      }
    }
    return bytes;
  }

  private void removeBelow(long revision) {
    storage.deleteRange(ColumnFamily.LOG, LogRecordCodec.key(0), LogRecordCodec.key(revision));
    trimmedTo = revision;
  }

  /** Bytes of the flushes that end above {@code revision}. */
  long bytesAbove(long revision) {
    return segments.tailMap(revision, false).values().stream()
        .mapToLong(StoreMeta.Segment::bytes)
        .sum();
  }

  /** The log holds no record below this revision, as far as this run knows. */
  long trimmedTo() {
    return trimmedTo;
  }
}
