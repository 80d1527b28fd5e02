package io.varve.txn;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.mvcc.Commit;
import io.varve.mvcc.CommitSequence;
import io.varve.mvcc.RangeWrite;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides whether a transaction may commit. Thread-safe. */
final class ConflictDetector {
  /*
   * Backward validation, first committer wins (Kung and Robinson, "On Optimistic Methods for
   * Concurrency Control", 1981). A transaction is refused if a key it wrote, or under SERIALIZABLE
   * a key or range it read, was written by a commit that was ordered after its snapshot. What it
   * read is then still true at the place in the order that it gets, so running it there alone would
   * have given the same. Ranges are checked as ranges: remembering only the keys that a scan
   * returned would let phantoms through.
   *
   * The check runs on the commits in the overlay, never on the disk. They include those that are
   * ordered and not yet logged or visible: if one of them is lost in a crash, so is everything that
   * was ordered after it.
   *
   * It runs twice: before the commit lock over all that was ordered by then, and under the lock
   * over the few that came in between. So a transaction with a large footprint does not keep the
   * others waiting while it is checked.
   */
  private static final int MAX_REPORTED = 16;

  private final CommitSequence commits;

  ConflictDetector(CommitSequence commits) {
    this.commits = commits;
  }

  /**
   * The conflicts of a transaction with commits above {@code checked}; empty if there are none.
   *
   * @param snapshot what the transaction has read
   * @param checked everything up to here was checked before; the snapshot at first
   */
  List<Conflict> find(TransactionBuffer buffer, long snapshot, long checked) {
    Revision floor = commits.conflictFloor();
    if (snapshot < floor.value()) {
      return List.of(
          new Conflict(null, ConflictKind.TOO_OLD, new Revision(snapshot), floor, null, null));
    }
    if (commits.lastOrdered().value() <= checked) {
      return List.of();
    }
    List<Conflict> found = new ArrayList<>(0);
    for (Key key : buffer.keysWritten()) {
      ConflictKind kind = buffer.isRead(key) ? ConflictKind.READ_WRITE : ConflictKind.WRITE_WRITE;
      add(found, key, kind, snapshot, commits.newestWriteAbove(key, checked));
    }
    for (Key key : buffer.keysRead()) {
      if (buffer.written(key) == null) {
        add(found, key, ConflictKind.READ_WRITE, snapshot, commits.newestWriteAbove(key, checked));
      }
    }
    for (KeyRange range : buffer.rangesRead()) {
      RangeWrite write = commits.writeInRangeAbove(range, checked);
      if (write != null) {
        add(found, write.key(), ConflictKind.RANGE, snapshot, write.revision());
      }
    }
    return found;
  }

  private void add(List<Conflict> found, Key key, ConflictKind kind, long snapshot, long revision) {
    if (revision == 0 || found.size() >= MAX_REPORTED) {
      return;
    }
    @Nullable Commit other = commits.recentCommit(revision);
    found.add(
        new Conflict(
            key,
            kind,
            new Revision(snapshot),
            new Revision(revision),
            other == null ? null : other.transactionId(),
            other == null ? null : other.label()));
  }
}
