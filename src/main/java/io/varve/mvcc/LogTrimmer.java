package io.varve.mvcc;

import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageService;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Removes old log records that are flushed and pruned, a whole flush at a time. Used by one
 * maintenance thread.
 */
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
   * Removes what is too old or too much, but nothing above {@code limit}, and always leaves the
   * newest record: the end of the log must never lie below the flushed revision.
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
      trimmedTo = gone.getLast().lastRevision() + 1;
      storage.deleteRange(ColumnFamily.LOG, LogRecordCodec.key(0), LogRecordCodec.key(trimmedTo));
      meta.removeSegments(gone);
    }
  }

  /** The log holds no record below this revision, as far as this run knows. */
  long trimmedTo() {
    return trimmedTo;
  }
}
