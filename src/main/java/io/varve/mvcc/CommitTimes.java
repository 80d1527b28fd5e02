package io.varve.mvcc;

import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import java.time.Instant;

/** Relates revisions and commit times: from the overlay, the log, or the index of seconds. */
final class CommitTimes {
  private static final long MS_PER_SECOND = 1000;

  private final Overlay overlay;
  private final Visibility visibility;
  private final StorageService storage;
  private final StoreMeta meta;

  CommitTimes(Overlay overlay, Visibility visibility, StorageService storage, StoreMeta meta) {
    this.overlay = overlay;
    this.visibility = visibility;
    this.storage = storage;
    this.meta = meta;
  }

  /** When {@code revision} was committed; to the second once its record has left the log. */
  Instant timeOf(long revision) {
    Commit commit = overlay.commit(revision);
    if (commit != null) {
      return Instant.ofEpochMilli(commit.timeMs());
    }
    byte[] row = storage.get(ColumnFamily.LOG, LogRecordCodec.key(revision));
    if (row != null) {
      return Instant.ofEpochMilli(LogRecordCodec.timeMs(row));
    }
    return Instant.ofEpochSecond(meta.secondOf(revision));
  }

  /**
   * The last visible revision committed at or before {@code timeMs}; 0 if there is none. Where the
   * log no longer tells the times within a second, the last one of the second before: never one
   * that was committed later.
   */
  long lastRevisionAt(long timeMs) {
    for (OverlayGeneration generation : overlay.view().unflushed()) {
      Commit commit = generation.lastCommitAt(timeMs);
      if (commit != null) {
        return Math.min(commit.revision(), visibility.visible());
      }
    }
    long second = Math.floorDiv(timeMs, MS_PER_SECOND);
    long before = meta.lastRevisionOfSecond(second - 1);
    long within = meta.lastRevisionOfSecond(second);
    return within == before ? before : lastInSecond(before, within, timeMs);
  }

  /** The last of the commits {@code (before, within]}, all of one second, at or before a time. */
  private long lastInSecond(long before, long within, long timeMs) {
    long last = before;
    try (StorageIterator log = storage.iterate(ColumnFamily.LOG)) {
      log.seek(LogRecordCodec.key(before + 1));
      while (log.valid() && LogRecordCodec.revision(log.key()) <= within) {
        if (LogRecordCodec.timeMs(log.value()) > timeMs) {
          return last;
        }
        last = LogRecordCodec.revision(log.key());
        log.next();
      }
    }
    return last;
  }
}
