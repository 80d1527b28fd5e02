package io.varve.mvcc;

import io.varve.model.Durability;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.OutcomeRecord;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Commits in order: what the transaction layer asks before it commits, and the steps of a commit.
 *
 * <p>Thread-safe where a method does not say otherwise.
 */
public final class CommitSequence {
  /*
   * A commit passes three points. Ordered: it has a revision and is in the overlay, where conflict
   * checks and transactions that will commit after it see it; this happens under the commit lock.
   * Logged: its record is as durable as the settings promise. Visible: readers see it. Points are
   * passed in commit order, so what is visible is always a prefix of the log.
   *
   * Who decides whether a commit may be ordered, and who writes the log for many of them at once,
   * is the transaction layer.
   */
  private final ReentrantLock lock;
  private final Overlay overlay;
  private final DeletedRuns deleted;
  private final OverlayRoom room;
  private final RevisionSource revisions;
  private final OutcomeTable outcomes;
  private final CommitLog log;
  private final Visibility visibility;
  private final WriteGate gate;
  private final MvccSettings settings;
  private final MvccListener listener;

  /** Freezes of the overlay when a flush was last asked for. Guarded by the commit lock. */
  private long flushAskedAt = -1;

  CommitSequence(
      ReentrantLock lock,
      Overlay overlay,
      DeletedRuns deleted,
      RevisionSource revisions,
      OutcomeTable outcomes,
      CommitLog log,
      Visibility visibility,
      WriteGate gate,
      MvccSettings settings,
      MvccListener listener) {
    this.lock = lock;
    this.overlay = overlay;
    this.deleted = deleted;
    this.revisions = revisions;
    this.outcomes = outcomes;
    this.log = log;
    this.visibility = visibility;
    this.gate = gate;
    this.settings = settings;
    this.listener = listener;
    // Once writes are refused nobody frees room: those who wait are let through, to be refused.
    this.room =
        new OverlayRoom(
            () -> gate.isOpen() ? overlay.view().bytes() : 0, settings.overlay().maxBytes());
  }

  /** Orders commits: hold it from the conflict check to {@link #order}. */
  public ReentrantLock lock() {
    return lock;
  }

  /** Whether commits must be logged before they are published. */
  public boolean usesLog() {
    return settings.durability().usesLog();
  }

  /** Whether {@link #log} syncs what it writes. */
  public boolean syncsEachWrite() {
    return settings.durability() == Durability.SYNC_ON_COMMIT;
  }

  /** The newest commit in order, visible or not yet. */
  public Revision lastOrdered() {
    return new Revision(revisions.lastCommitted());
  }

  /** The revision of the newest write to {@code key} above {@code snapshot}, or 0. */
  public long newestWriteAbove(Key key, long snapshot) {
    return overlay.newestAbove(key, snapshot);
  }

  /** A key of {@code range} written above {@code snapshot}, with its revision, or null. */
  public @Nullable RangeWrite writeInRangeAbove(KeyRange range, long snapshot) {
    return overlay.newestIn(range, snapshot);
  }

  /** Transactions with a snapshot below this cannot be checked for conflicts any more. */
  public Revision conflictFloor() {
    return new Revision(overlay.conflictFloor());
  }

  /** The commit of {@code revision} if it is recent, or null. */
  public @Nullable Commit recentCommit(long revision) {
    return overlay.commit(revision);
  }

  /** Refuses writes to a store that is closed or read-only. */
  public void requireWritable() {
    gate.requireWritable();
  }

  /**
   * Waits while the overlay is at its bound; throws WRITE_STALL after {@code limit}. Refuses writes
   * as {@link #requireWritable} does.
   */
  public void awaitRoom(Duration limit) throws InterruptedException {
    gate.requireWritable();
    boolean hasRoom = room.await(limit);
    gate.requireWritable();
    if (!hasRoom) {
      listener.flushNeeded();
      throw StoreErrors.writeStall(
          overlay.view().bytes(), settings.overlay().maxBytes(), limit.toMillis());
    }
  }

  /** Prepares writes for {@link #order}, as far as that can be done before they have a revision. */
  public PreparedWrites prepare(List<Write> writes) {
    return prepare(writes, List.of());
  }

  /** The same, with outcomes that are kept if and only if the writes are; these may be none. */
  public PreparedWrites prepare(List<Write> writes, List<OutcomeRecord> outcomes) {
    return PreparedWrites.of(writes, outcomes, settings.overlay().largeCommit());
  }

  /**
   * Gives a transaction its revision and puts it into the overlay, not visible yet. The caller
   * holds {@link #lock()}, has checked for conflicts, and sees to it that the commit is logged.
   */
  public Commit order(
      @Nullable String transactionId, @Nullable String label, PreparedWrites prepared) {
    Commit commit = next(transactionId, label, prepared);
    if (prepared.generation() != null && overlay.mayInsert()) {
      overlay.insert(prepared.generation(), commit);
    } else {
      overlay.apply(commit);
    }
    deleted.written(commit.writes());
    outcomes.add(commit);
    revisions.committed(commit);
    askForFlush();
    return commit;
  }

  private void askForFlush() {
    if (flushAskedAt != overlay.freezes() && overlay.needsFlush(settings.overlay())) {
      flushAskedAt = overlay.freezes();
      listener.flushNeeded();
    }
  }

  private Commit next(
      @Nullable String transactionId, @Nullable String label, PreparedWrites prepared) {
    try {
      return revisions.next(transactionId, label, prepared.outcomes(), prepared.writes());
    } catch (StoreException e) {
      becomeReadOnly("Reserving revisions failed.", e);
      throw e;
    }
  }

  /** Writes the log records of {@code commits}, which follow each other, as the settings say. */
  public void log(List<Commit> commits) {
    log.append(commits);
  }

  /** Lets readers see everything up to {@code commit}. One thread at a time, in commit order. */
  public void publish(Commit commit) {
    visibility.publish(commit.revision());
  }

  /** Puts on stable storage what is in the log and not there yet. */
  public void syncLog() {
    gate.requireWritable();
    if (visibility.visible() > visibility.durable()) {
      log.sync();
    }
  }

  /** Notes the durable revision in the side file, if it moved. One thread at a time. */
  public void noteSynced() {
    gate.requireWritable();
    log.noteSynced();
  }

  /**
   * Refuses writes from now on: the engine failed, and what it holds is not certain. Only opening
   * the store again can cure that.
   */
  public void becomeReadOnly(String reason, Throwable cause) {
    if (gate.failed(reason)) {
      sendWaitersAway();
      listener.becameReadOnly(reason, cause);
    }
  }

  /** Nothing more will become visible, and no room free. */
  void sendWaitersAway() {
    visibility.stop();
    room.freed();
  }

  /** To be called after a flush. */
  void freedRoom() {
    room.freed();
  }
}
