package io.varve.mvcc;

import io.varve.model.CommitRecord;
import io.varve.model.CommitRecord.KeyWrite;
import io.varve.model.Key;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What commits did: from the overlay, or from the log as far as it goes back. */
final class CommitHistory {
  private final Overlay overlay;
  private final StorageService storage;

  CommitHistory(Overlay overlay, StorageService storage) {
    this.overlay = overlay;
    this.storage = storage;
  }

  /**
   * The commit of {@code revision}, which is visible, with those of its writes that {@code shown}
   * accepts, at most {@code maxWrites}. Of a commit with none of them only its time is told. Throws
   * REVISION_PRUNED if it has left the log, NOT_FOUND if there never was one.
   */
  CommitRecord commit(Revision revision, Predicate<Key> shown, int maxWrites) {
    // In this order: a commit leaves the overlay only after it is in the log.
    Commit commit = overlay.commit(revision.value());
    if (commit == null) {
      commit = logged(revision.value());
    }
    if (commit == null) {
      throw absent(revision);
    }
    List<KeyWrite> writes =
        commit.writes().stream()
            .filter(write -> shown.test(write.key()))
            .limit(maxWrites + 1L)
            .map(write -> new KeyWrite(write.key(), write.value() == null))
            .toList();
    boolean isHidden = writes.isEmpty() && !commit.writes().isEmpty();
    return new CommitRecord(
        revision,
        Instant.ofEpochMilli(commit.timeMs()),
        isHidden ? null : commit.transactionId(),
        isHidden ? null : commit.label(),
        writes.stream().limit(maxWrites).toList(),
        writes.size() > maxWrites);
  }

  private @Nullable Commit logged(long revision) {
    byte[] key = LogRecordCodec.key(revision);
    byte[] row = storage.get(ColumnFamily.LOG, key);
    return row == null ? null : LogRecordCodec.decode(key, row);
  }

  /** The oldest record names the commit before it: what lies between the two never was one. */
  private RuntimeException absent(Revision revision) {
    Commit oldest = oldestLogged();
    if (oldest == null || revision.value() == 0 || revision.value() > oldest.previous()) {
      return StoreErrors.noSuchCommit(revision);
    }
    return StoreErrors.commitTrimmed(revision, new Revision(oldest.revision()));
  }

  private @Nullable Commit oldestLogged() {
    try (StorageIterator log = storage.iterate(ColumnFamily.LOG)) {
      log.seek(LogRecordCodec.key(0));
      return log.valid() ? LogRecordCodec.decode(log.key(), log.value()) : null;
    }
  }
}
