package io.varve.txn;

import io.varve.model.OutcomeRecord;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.TransactionErrors;
import io.varve.mvcc.Commit;
import io.varve.mvcc.CommitSequence;
import io.varve.mvcc.PreparedWrites;
import io.varve.mvcc.Write;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts transactions in order, sees to their durability and makes them visible. Thread-safe. */
final class CommitPipeline implements AutoCloseable {
  /*
   * A commit, with the log on:
   *
   *   check against everything ordered so far          (no lock)
   *   lock; check against what came since; order: revision, overlay, queue; unlock
   *   the log writer takes all that is queued: write, sync, publish, wake
   *
   * With the log off the third step is gone: the committing thread publishes before it unlocks.
   *
   * Two commits to one key in one group: the second is checked against the first, which is in the
   * overlay although it is not logged yet. If the second had read the key below the first, it is
   * refused; if not, it comes later in the same batch. The batch is one write, so a crash has both,
   * or the first only, or none; a commit never survives without those ordered before it.
   *
   * Visible revisions rise in commit order: one thread publishes, or the holder of the lock.
   */
  private static final long NOTE_SYNCED_MS = 1000;

  private final CommitSequence commits;
  private final ReentrantLock commitLock;
  private final ConflictDetector detector;
  private final TransactionSettings settings;
  private final WriteAdmission admission;
  private final TransactionListener listener;
  private final @Nullable LogWriter log;
  private final ScheduledExecutorService timer;
  private final ScheduledExecutorService watch;

  /** What is said to commits that come too late; null while none does. */
  private volatile @Nullable Supplier<StoreException> refusal;

  CommitPipeline(
      CommitSequence commits,
      TransactionSettings settings,
      WriteAdmission admission,
      LongSupplier nanoTime,
      TransactionListener listener) {
    this.commits = commits;
    this.commitLock = commits.lock();
    this.detector = new ConflictDetector(commits);
    this.settings = settings;
    this.admission = admission;
    this.listener = new GuardedListener(listener);
    this.log =
        commits.usesLog()
            ? new LogWriter(
                commits,
                new AdaptiveBatch(settings.batch(), Long.MAX_VALUE),
                nanoTime,
                this.listener)
            : null;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("varve-log-sync").daemon().factory());
    this.watch =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("varve-commit-watch").daemon().factory());
  }

  void start() {
    if (log != null) {
      log.start();
      every(settings.syncInterval().toMillis(), commits::syncLog);
      watchOver(log);
    }
    every(NOTE_SYNCED_MS, commits::noteSynced);
  }

  /** Not with the timer of the sync, which may hang for as long as the disk does. */
  private void watchOver(LogWriter writer) {
    long roundNanos = Math.max(1, settings.commitTimeout().toNanos() / LogWriter.ROUNDS_TO_WAIT);
    var _ =
        watch.scheduleAtFixedRate(writer::endRound, roundNanos, roundNanos, TimeUnit.NANOSECONDS);
  }

  private void every(long periodMs, Runnable work) {
    var _ =
        timer.scheduleWithFixedDelay(
            () -> runOrStop(work), periodMs, periodMs, TimeUnit.MILLISECONDS);
  }

  /** A failed sync is not tried again: the store refuses writes from then on. */
  private void runOrStop(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      commits.becomeReadOnly("Syncing the log failed.", e);
      throw e;
    }
  }

  /**
   * Commits {@code changes}, those writes of {@code buffer} that change something, of which there
   * must be some; {@code snapshot} is what it read. The outcomes are kept if and only if it is
   * committed. Fills {@code phases} in.
   */
  CommitResult commit(
      TransactionBuffer buffer,
      List<Write> changes,
      long snapshot,
      TransactionOptions options,
      List<OutcomeRecord> outcomes,
      PhaseTimes phases) {
    awaitRoom(() -> onlyDeletes(changes));
    phases.end(CommitPhase.ADMIT);
    long checked = commits.lastOrdered().value();
    List<Conflict> conflicts = detector.find(buffer, snapshot, snapshot);
    if (!conflicts.isEmpty()) {
      return new CommitResult.Conflicted(conflicts);
    }
    PreparedWrites writes = commits.prepare(changes, outcomes);
    phases.end(CommitPhase.VALIDATE);
    CommitTicket ticket;
    commitLock.lock();
    try {
      phases.end(CommitPhase.QUEUE);
      requireOpen();
      conflicts = detector.find(buffer, snapshot, Math.max(snapshot, checked));
      if (!conflicts.isEmpty()) {
        return new CommitResult.Conflicted(conflicts);
      }
      ticket = order(options.id(), options.label(), writes);
    } finally {
      commitLock.unlock();
    }
    phases.end(CommitPhase.APPLY);
    Revision revision = finish(ticket);
    ticket.noteTimes(phases);
    return new CommitResult.Committed(revision, true);
  }

  private static boolean onlyDeletes(List<Write> writes) {
    return writes.stream().allMatch(write -> write.value() == null);
  }

  /** What a transaction that changes nothing conflicts with; its writes and reads are checked. */
  List<Conflict> conflicts(TransactionBuffer buffer, long snapshot) {
    return detector.find(buffer, snapshot, snapshot);
  }

  /**
   * Keeps the outcomes of a transaction that wrote nothing, in a commit of their own. What it read
   * is visible when this returns, since it was ordered before.
   */
  void keep(TransactionOptions options, List<OutcomeRecord> outcomes) {
    awaitRoom(() -> true);
    finish(orderUnchecked(options.id(), options.label(), commits.prepare(List.of(), outcomes)));
  }

  /**
   * Puts writes that depend on nothing read in order, over whatever is there; what it returns waits
   * until they are committed.
   */
  Supplier<Revision> beginBlind(List<Write> writes, @Nullable String label) {
    awaitRoom(() -> onlyDeletes(writes));
    CommitTicket ticket = orderUnchecked(null, label, commits.prepare(writes));
    if (log != null) {
      log.wake();
    }
    return () -> finish(ticket);
  }

  private CommitTicket orderUnchecked(
      @Nullable String id, @Nullable String label, PreparedWrites prepared) {
    commitLock.lock();
    try {
      requireOpen();
      return order(id, label, prepared);
    } finally {
      commitLock.unlock();
    }
  }

  private CommitTicket order(@Nullable String id, @Nullable String label, PreparedWrites writes) {
    try {
      Commit commit = commits.order(id, label, writes);
      if (log != null) {
        return log.enqueue(commit);
      }
      commits.publish(commit);
      CommitTicket done = new CommitTicket(commit, 0);
      done.complete();
      return done;
    } catch (RuntimeException | Error e) {
      // The overlay may hold what the log never gets: nothing may become visible above it.
      commits.becomeReadOnly("Ordering a commit failed.", e);
      throw e;
    }
  }

  private Revision finish(CommitTicket ticket) {
    if (log != null && !log.finish(ticket)) {
      throw TransactionErrors.unknownOutcome(ticket.cause());
    }
    return new Revision(ticket.commit().revision());
  }

  /** Before anything else: in a read-only store room never comes, and conflicts mean nothing. */
  private void awaitRoom(BooleanSupplier onlyDeletes) {
    requireNotClosing();
    admission.admit(onlyDeletes); // a full disk is the better reason for a store that failed
    requireOpen();
    try {
      commits.awaitRoom(settings.stallTimeout());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StoreErrors.shuttingDown();
    }
  }

  /** Refuses writes where none could be committed. */
  void requireAdmitted() {
    requireNotClosing();
    admission.admit(() -> true);
    requireOpen();
  }

  private void requireNotClosing() {
    Supplier<StoreException> refuse = refusal;
    if (refuse != null) {
      throw refuse.get();
    }
  }

  private void requireOpen() {
    requireNotClosing();
    commits.requireWritable();
  }

  /** Who hears of transactions. */
  TransactionListener listener() {
    return listener;
  }

  /** Commits that wait for the log writer. Looks at each. */
  int queued() {
    return log == null ? 0 : log.queued();
  }

  /** Operations that a group of commits should have at most; 0 with the log off. */
  int groupTarget() {
    return log == null ? 0 : log.target();
  }

  /** Whether a write of the log takes longer than any commit may. */
  boolean isStuck() {
    return log != null && log.isStuck();
  }

  /** Refuses new commits and finishes those that are ordered. */
  @Override
  public void close() {
    close(StoreErrors::shuttingDown);
  }

  /** The same; {@code reason} is what commits that come too late are told. */
  void closeToBeReplaced(String reason) {
    close(() -> StoreErrors.unavailable(reason));
  }

  private void close(Supplier<StoreException> refuse) {
    commitLock.lock();
    try {
      refusal = refuse;
    } finally {
      commitLock.unlock();
    }
    try {
      if (log != null) {
        log.close();
      }
    } finally {
      watch.close();
      timer.close();
    }
  }
}
