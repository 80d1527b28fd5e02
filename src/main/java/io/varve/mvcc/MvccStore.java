package io.varve.mvcc;

import io.varve.model.CommitRecord;
import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.Invariant;
import io.varve.model.Key;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.StoreId;
import io.varve.model.StoreState;
import io.varve.model.StoreStatus;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageService;
import io.varve.storage.StorageStats;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Versions of keys over one storage engine: reads at a revision, flush and prune; commits go
 * through {@link #commits()}.
 *
 * <p>Thread-safe. Lock order: pruning, maintenance, commit lock, the engine.
 */
public final class MvccStore implements AutoCloseable {
  private final ReentrantLock commitLock = new ReentrantLock();

  /** Held by whoever prunes, for the whole of it, and by whoever closes. */
  private final ReentrantLock pruning = new ReentrantLock();

  /** Held by whoever flushes, prunes or closes: these take turns, in the order they came. */
  private final ReentrantLock maintenance = new ReentrantLock(true);

  private final StorageService storage;
  private final MvccSettings settings;
  private final StoreMeta meta;
  private final CommitLog log;
  private final CommitSequence commits;
  private final WriteGate gate = new WriteGate();
  private final Visibility visibility = new Visibility();
  private final SnapshotRegistry snapshots = new SnapshotRegistry();
  private final Overlay overlay;
  private final DeletedRuns deleted;
  private final RevisionSource revisions;
  private final OutcomeTable outcomes;
  private final Holds holds;
  private final CommitTimes times;
  private final CommitHistory history;
  private final VersionReader reader;
  private final VersionScan scan;
  private final Maintenance upkeep;
  private final StoreId storeId;
  private final LostHistory lost;
  private final InstantSource clock;

  private MvccStore(
      StorageService storage,
      MvccSettings settings,
      InstantSource clock,
      StoreId idOfNewStore,
      MvccListener listener) {
    this.storage = storage;
    this.settings = settings;
    this.clock = clock;
    this.meta = new StoreMeta(storage);
    this.lost = new LostHistory(meta);
    this.storeId = meta.openOrCreate(idOfNewStore);
    SyncedFile syncedFile = new SyncedFile(settings.directory());
    this.log =
        new CommitLog(storage, settings.durability(), visibility, syncedFile, storeId, listener);
    // Room for what was flushed while the oldest transaction ran, as much as may wait for a flush.
    this.overlay = new Overlay(commitLock, settings.overlay().maxBytes());
    this.deleted = new DeletedRuns(overlay);
    this.revisions = new RevisionSource(commitLock, meta, clock, settings);
    this.outcomes = new OutcomeTable(storage, clock, settings.outcomes());
    this.holds = new Holds(storage, meta, snapshots, this::register, gate, clock, settings.holds());
    this.commits =
        new CommitSequence(
            commitLock,
            overlay,
            deleted,
            revisions,
            outcomes,
            log,
            visibility,
            gate,
            settings,
            listener);
    this.times = new CommitTimes(overlay, visibility, storage, meta);
    this.history = new CommitHistory(overlay, storage);
    ReadCache cache = new ReadCache(settings.cacheMaxBytes());
    this.reader = new VersionReader(overlay, cache, storage, times);
    this.scan = new VersionScan(overlay, deleted, storage);
    this.upkeep =
        new Maintenance(storage, overlay, cache, snapshots, meta, outcomes, times, settings, clock);
  }

  /**
   * Opens a store over {@code storage}, creates it if there is none, and replays its log. On
   * failure the storage is closed.
   *
   * @param idOfNewStore the id that a new store gets
   */
  public static MvccStore open(
      StorageService storage,
      MvccSettings settings,
      InstantSource clock,
      StoreId idOfNewStore,
      MvccListener listener) {
    return open(storage, settings, clock, idOfNewStore, listener, null);
  }

  /**
   * The same, in place of a store that failed or was closed in this process.
   *
   * @param before what that one left; ignored if it was another store
   */
  public static MvccStore open(
      StorageService storage,
      MvccSettings settings,
      InstantSource clock,
      StoreId idOfNewStore,
      MvccListener listener,
      @Nullable Survivors before) {
    try {
      MvccStore store = new MvccStore(storage, settings, clock, idOfNewStore, listener);
      store.recover(before == null || !before.storeId().equals(store.storeId) ? null : before);
      return store;
    } catch (RuntimeException | Error e) {
      storage.close();
      throw e;
    }
  }

  private void recover(@Nullable Survivors before) {
    lost.load();
    Recovery recovery =
        new Recovery(
            storage, settings, meta, log, gate, visibility, snapshots, overlay, outcomes, upkeep);
    holds.load(); // a replay may flush
    RecoveryPlan plan = recovery.run(commitLock, before, this::flush);
    revisions.startAt(plan.handedOut(), plan.recovered(), recovery.lastTimeMs());
    if (gate.isOpen()) {
      recovery.note(plan);
      holds.settle(plan.recovered());
      lost.settle(clock);
    }
    outcomes.noteLost(lost.ranges());
  }

  // Reading.

  /** The newest visible state. */
  public Snapshot snapshot() {
    return reading(registerNewest(visibility::visible));
  }

  /**
   * The state after every ordered commit, visible or not. Only for a transaction that will commit:
   * what it reads may still be lost, but then so is the transaction. What it tells anybody must
   * wait for {@link #awaitVisible}. Once writes are refused, what is ordered and not visible never
   * will be, so this is the newest visible state.
   */
  public Snapshot snapshotOfOrdered() {
    return reading(
        registerNewest(() -> gate.isOpen() ? revisions.lastCommitted() : visibility.visible()));
  }

  private Snapshot reading(SnapshotRegistry.Lease lease) {
    return new Snapshot(lease, reader, scan);
  }

  private SnapshotRegistry.Lease registerNewest(LongSupplier newest) {
    gate.requireNotClosed();
    while (true) {
      try {
        return snapshots.register(newest.getAsLong());
      } catch (StoreException e) {
        if (e.code() != ErrorCode.REVISION_PRUNED) {
          throw e;
        }
        // Prune overtook us between the two steps; the newest revision has moved on.
      }
    }
  }

  /** The state at {@code revision}; throws REVISION_IN_FUTURE, REVISION_LOST or REVISION_PRUNED. */
  public Snapshot snapshotAt(Revision revision) {
    return reading(registerAt(revision));
  }

  private SnapshotRegistry.Lease registerAt(Revision revision) {
    gate.requireNotClosed();
    requireReached(revision);
    return snapshots.register(revision.value());
  }

  /** Refuses a revision that a crash took back, and one above the newest visible one. */
  private void requireReached(Revision revision) {
    lost.require(revision);
    long visible = visibility.visible();
    if (revision.value() > visible) {
      throw StoreErrors.revisionInFuture(revision.value(), new Revision(visible));
    }
  }

  /**
   * The state after the last commit at or before {@code time}, up to a second earlier where the log
   * is trimmed. Throws REVISION_PRUNED, or REVISION_LOST where a crash or a restore took back what
   * was visible then.
   */
  public Snapshot snapshotAt(Instant time) {
    gate.requireNotClosed();
    long revision = times.lastRevisionAt(time.toEpochMilli());
    lost.require(time, revision, times::timeOf);
    return reading(snapshots.register(revision));
  }

  /**
   * What the commit of {@code revision} did, with those of its writes whose keys {@code shown}
   * accepts, at most {@code maxWrites}. Throws REVISION_IN_FUTURE, REVISION_LOST, REVISION_PRUNED
   * where its log record is trimmed, or NOT_FOUND where no commit has this revision.
   */
  public CommitRecord commit(Revision revision, Predicate<Key> shown, int maxWrites) {
    gate.requireNotClosed();
    requireReached(revision);
    return history.commit(revision, shown, maxWrites);
  }

  /** The newest revision that can be read. */
  public Revision visible() {
    return new Revision(visibility.visible());
  }

  /** What survives a power failure. */
  public Revision durable() {
    return new Revision(visibility.durable());
  }

  /** Which store this is. */
  public StoreId storeId() {
    return storeId;
  }

  /**
   * Bytes that only this store knows, for instance to sign with; {@code ifNone} becomes them where
   * there are none yet.
   */
  public byte[] secret(byte[] ifNone) {
    maintenance.lock();
    try {
      gate.requireNotClosed();
      byte[] secret = meta.secret();
      if (secret == null && gate.isOpen()) {
        meta.writeSecret(ifNone);
      }
      return secret == null ? ifNone : secret;
    } finally {
      maintenance.unlock();
    }
  }

  /** What an acknowledged commit has survived. */
  public Durability durability() {
    return settings.durability();
  }

  /**
   * Waits until {@code revision} is visible; false if it is not after {@code limit}, or if the
   * store takes no writes any more.
   */
  public boolean awaitVisible(Revision revision, Duration limit) throws InterruptedException {
    return visibility.await(revision.value(), limit);
  }

  /** What the transaction layer commits through. */
  public CommitSequence commits() {
    return commits;
  }

  /** What became of requests and transactions. */
  public OutcomeTable outcomes() {
    return outcomes;
  }

  /** Removes the outcomes whose time is up; how many. None where the store takes no writes. */
  public int expireOutcomes() {
    return gate.isOpen() ? outcomes.expireOverdue() : 0;
  }

  /** Revisions that stay readable for as long as somebody wants. */
  public Holds holds() {
    return holds;
  }

  private SnapshotRegistry.Lease register(@Nullable Revision revision) {
    return revision == null ? registerNewest(visibility::visible) : registerAt(revision);
  }

  // Upkeep.

  /** Estimated heap bytes of unflushed data. */
  public long overlayBytes() {
    return overlay.view().bytes();
  }

  /** Writes everything that is ordered out to sorted files. Waits for it to become visible. */
  public FlushResult flush() {
    maintenance.lock();
    try {
      gate.requireWritable();
      FlushResult result = upkeep.flush(this::prepareFlush);
      if (!settings.durability().usesLog()) {
        visibility.markDurable(result.flushed().value());
      }
      commits.freedRoom();
      return result;
    } finally {
      maintenance.unlock();
    }
  }

  /**
   * Waits until {@code revision} is visible and, with the log on, on stable storage: ingested files
   * are durable at once and must not outrun the log. A failed sync is not tried again.
   */
  private void prepareFlush(long revision) {
    awaitVisibleOrFail(revision);
    try {
      log.sync();
    } catch (RuntimeException | Error e) {
      commits.becomeReadOnly("Syncing the log failed.", e);
      throw e;
    }
  }

  private void awaitVisibleOrFail(long revision) {
    try {
      while (!visibility.await(revision, Duration.ofSeconds(1))) {
        gate.requireWritable();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StoreErrors.shuttingDown();
    }
  }

  /**
   * Makes a copy of the engine's files in {@code directory}, which must not be there yet. Flush and
   * prune wait until it is made, so everything up to its revision is in sorted files. It may hold
   * log records of later commits, which {@link RestoredStore} takes away.
   */
  public StoreCheckpoint checkpoint(Path directory) {
    maintenance.lock();
    try {
      var _ = flush();
      storage.checkpoint(directory);
      return new StoreCheckpoint(
          storeId,
          new Revision(upkeep.flushed()),
          new Revision(meta.ceiling().revision()), // at or above the one in the copy
          StoreMeta.FORMAT);
    } finally {
      maintenance.unlock();
    }
  }

  /** Removes versions that nobody needs, and old log records. A flush does not wait for it. */
  public PruneResult prune(PruneRequest request) {
    pruning.lock();
    try {
      PruneResult result = pruneInTurn(request);
      if (request.log() != LogTrim.BY_SETTINGS && !request.dryRun()) {
        compacting(upkeep::giveBackLogSpace);
      }
      return result;
    } finally {
      pruning.unlock();
    }
  }

  private PruneResult pruneInTurn(PruneRequest request) {
    maintenance.lock();
    try {
      gate.requireWritable();
      return upkeep.prune(request, this::giveWay);
    } finally {
      maintenance.unlock();
    }
  }

  /**
   * Between two steps of a prune: lets a flush that waits go first, for commits may wait for it.
   */
  private void giveWay() {
    if (maintenance.hasQueuedThreads()) {
      maintenance.unlock();
      maintenance.lock();
      gate.requireWritable();
    }
  }

  /**
   * Rewrites the flushed versions so that pruned ones give their space back. Blocks. Throws
   * SHUTTING_DOWN if it ends early since the store is closing.
   */
  public void compact() {
    compacting(
        () -> {
          storage.compact(ColumnFamily.VERSIONS);
          storage.compact(ColumnFamily.LOG);
        });
  }

  private void compacting(Runnable work) {
    gate.requireWritable();
    try {
      work.run();
    } catch (StoreException e) {
      gate.requireNotClosed();
      throw e;
    }
  }

  /** How many keys have flushed versions, deleted ones included. Reads a few thousand rows. */
  public long estimateFlushedKeys() {
    gate.requireNotClosed();
    return KeyEstimate.of(storage);
  }

  /** Numbers of the engine alone, at this moment. Throws STORE_UNAVAILABLE once it is closed. */
  public StorageStats engineStats() {
    return storage.stats();
  }

  /** Numbers of this moment. */
  public StoreStatus status() {
    return status(storage.stats());
  }

  /** The same, with numbers of the engine that were just read. */
  public StoreStatus status(StorageStats engine) {
    OverlayView view = overlay.view();
    long visible = visibility.visible();
    return new StoreStatus(
        storeId,
        gate.state(),
        gate.reason(),
        settings.durability(),
        new Revision(visible),
        new Revision(visibility.durable()),
        new Revision(upkeep.flushed()),
        new Revision(snapshots.floor()),
        lost.ranges(),
        view.bytes(),
        view.unflushed().stream().mapToLong(OverlayGeneration::versions).sum(),
        view.unflushed().stream().mapToLong(OverlayGeneration::keyCount).sum(),
        view.oldestCommitMs(),
        snapshots.size(),
        new Revision(snapshots.oldest(visible)),
        snapshots.oldestReaderAgeNanos(),
        holds.count(),
        revisions.clockStepsBack(),
        engine.estimatedVersions(),
        engine.totalSstBytes(),
        engine.memtableBytes(),
        engine.level0Files(),
        engine.pendingCompactionBytes(),
        engine.backgroundErrors(),
        engine.diskFreeBytes(),
        engine.openHandles());
  }

  /** What it does. */
  public StoreState state() {
    return gate.state();
  }

  /** Why it is not open; empty while it is. */
  public String stateReason() {
    return gate.reason();
  }

  /** Whether an error has made the store read-only, and opening it again may cure that. */
  public boolean needsReopening() {
    return gate.needsReopening();
  }

  /**
   * Makes the store read-only, as its engine has failed behind our back, for instance in a
   * compaction: see {@link StoreStatus#backgroundErrors}.
   */
  public void engineFailed() {
    commits.becomeReadOnly(
        "The storage engine has failed in the background.", StoreErrors.engineFailed());
  }

  /**
   * Ends a store that failed: refuses everybody with {@code reason}, writes nothing, closes the
   * engine and waits for those who were inside. Idempotent.
   */
  public void abandon(String reason) {
    gate.closeToBeReplaced(reason);
    commits.sendWaitersAway();
    try {
      storage.close(); // first, so that a flush or prune under way ends at its next call
    } finally {
      awaitUpkeep();
    }
  }

  private void awaitUpkeep() {
    pruning.lock();
    try {
      maintenance.lock();
      try {
        Invariant.check(!gate.isOpen(), "an abandoned store takes no writes");
      } finally {
        maintenance.unlock();
      }
    } finally {
      pruning.unlock();
    }
  }

  /** What a store that was closed or abandoned leaves to the one that takes its place. */
  public Survivors survivors() {
    OverlayView view = overlay.view();
    List<OverlayGeneration> kept =
        settings.durability().usesLog() ? List.of() : view.unflushed().reversed();
    return new Survivors(
        storeId, visibility.durable(), revisions.lastAssigned(), visibility.visible(), kept);
  }

  /** The highest revision that was given out. */
  public Revision handedOut() {
    return new Revision(revisions.lastAssigned());
  }

  /** Like {@link #close()}, and then refuses everybody with {@code reason}. */
  public void closeToBeReplaced(String reason) {
    close(() -> gate.closeToBeReplaced(reason));
  }

  /** Flushes, notes what was given out, and closes the engine. Idempotent. */
  @Override
  public void close() {
    close(gate::close);
  }

  private void close(Runnable closeGate) {
    pruning.lock();
    maintenance.lock();
    try {
      if (gate.state() == StoreState.CLOSED) {
        return;
      }
      try {
        if (gate.isOpen()) {
          closeCleanly();
        }
      } finally {
        closeGate.run();
        commits.sendWaitersAway();
        storage.close();
      }
    } finally {
      maintenance.unlock();
      pruning.unlock();
    }
  }

  private void closeCleanly() {
    flush();
    log.sync();
    revisions.close();
    log.noteSynced();
  }
}
