package io.varve.mvcc;

import io.varve.model.StoreErrors;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the log above the flushed revision at the start, checking that no record is missing. */
final class LogReplay {
  private final StorageService storage;

  LogReplay(StorageService storage) {
    this.storage = storage;
  }

  /** Hands every commit above {@code flushed} over, in order; the number of them. */
  long replay(long flushed, Consumer<Commit> consumer) {
    long count = 0;
    long previous = flushed;
    try (StorageIterator log = storage.iterate(ColumnFamily.LOG)) {
      for (log.seek(LogRecordCodec.key(flushed + 1)); log.valid(); log.next()) {
        Commit commit = LogRecordCodec.decode(log.key(), log.value());
        if (commit.previous() != previous) {
          throw StoreErrors.corrupted(
              "the log records between revisions "
                  + previous
                  + " and "
                  + commit.revision()
                  + " are missing.",
              null);
        }
        consumer.accept(commit);
        previous = commit.revision();
        count++;
      }
    }
    return count;
  }

  /** The commit before the first record of the log; 0 if it is empty. */
  long beginsAfter() {
    try (StorageIterator log = storage.iterate(ColumnFamily.LOG)) {
      log.seekToFirst();
      return log.valid() ? LogRecordCodec.decode(log.key(), log.value()).previous() : 0;
    }
  }

  /** The last record of the log, or null if it is empty. */
  @Nullable Commit last() {
    try (StorageIterator log = storage.iterate(ColumnFamily.LOG)) {
      log.seekToLast();
      return log.valid() ? LogRecordCodec.decode(log.key(), log.value()) : null;
    }
  }
}
