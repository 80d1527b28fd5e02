package io.varve.mvcc;

import io.varve.model.StoreErrors;
import io.varve.storage.StorageService;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Brings a store that is being opened to the state it had. Used once, by one thread. */
final class Recovery {
  /*
   * Two sources. The log holds every commit above the flushed revision, if there is a log. And
   * where a store failed in this very process, its heap still holds the commits that it had shown
   * and not flushed: with the log off they are nowhere else, and are taken over from there. They
   * follow what is on disk, since a flush that was cut short has written a prefix of them.
   */
  private final StorageService storage;
  private final MvccSettings settings;
  private final StoreMeta meta;
  private final CommitLog log;
  private final WriteGate gate;
  private final Visibility visibility;
  private final SnapshotRegistry snapshots;
  private final Overlay overlay;
  private final OutcomeTable outcomes;
  private final Maintenance upkeep;

  private long lastTimeMs;

  Recovery(
      StorageService storage,
      MvccSettings settings,
      StoreMeta meta,
      CommitLog log,
      WriteGate gate,
      Visibility visibility,
      SnapshotRegistry snapshots,
      Overlay overlay,
      OutcomeTable outcomes,
      Maintenance upkeep) {
    this.storage = storage;
    this.settings = settings;
    this.meta = meta;
    this.log = log;
    this.gate = gate;
    this.visibility = visibility;
    this.snapshots = snapshots;
    this.overlay = overlay;
    this.outcomes = outcomes;
    this.upkeep = upkeep;
  }

  /**
   * Replays what is not flushed; the plan that it followed.
   *
   * @param before what the store that this one follows has left, or null
   * @param flush writes the overlay out when it has become large
   */
  RecoveryPlan run(ReentrantLock commitLock, @Nullable Survivors before, Runnable flush) {
    if (before != null) {
      meta.probe(); // what has failed may fail again, and had better do so here
    }
    long flushed = upkeep.flushed();
    LogReplay records = new LogReplay(storage);
    Commit last = records.last();
    lastTimeMs = last == null ? 0 : last.timeMs();
    RecoveryPlan plan =
        RecoveryPlan.of(
            found(flushed, last == null ? 0 : last.revision(), before), settings.acceptDataLoss());
    // A floor above what was recovered belongs to a flush that did not come to drop anything.
    snapshots.raiseFloor(Math.min(upkeep.floorOnDisk(), plan.recovered()));
    if (plan.readOnlyReason() != null) {
      gate.becomeReadOnly(plan.readOnlyReason());
    }
    if (flushed > 0) {
      visibility.publish(flushed);
    }
    records.replay(flushed, commit -> replay(commit, commitLock, flush));
    visibility.markDurable(plan.onDisk());
    if (before != null) {
      before.forEachAbove(plan.onDisk(), commit -> takeOver(commit, commitLock, flush));
    }
    overlay.startAt(plan.recovered());
    return plan;
  }

  private RecoveryPlan.Found found(long flushed, long logEnd, @Nullable Survivors before) {
    long synced = log.readSynced();
    if (before == null) {
      return new RecoveryPlan.Found(flushed, logEnd, 0, synced, meta.ceiling());
    }
    // The store before knew exactly what it had given out and what anybody had seen.
    long carried = before.lastCommit();
    boolean lostSight = before.visible() > Math.max(Math.max(flushed, logEnd), carried);
    return new RecoveryPlan.Found(
        flushed,
        logEnd,
        carried,
        Math.max(synced, before.durable()),
        new StoreMeta.Ceiling(before.handedOut(), lostSight));
  }

  private void replay(Commit commit, ReentrantLock commitLock, Runnable flush) {
    commitLock.lock();
    try {
      overlay.apply(commit);
      outcomes.add(commit);
    } finally {
      commitLock.unlock();
    }
    lastTimeMs = commit.timeMs();
    visibility.publish(commit.revision());
    if (gate.isOpen() && overlay.view().bytes() >= settings.overlay().flushBytes()) {
      flush.run();
    }
  }

  private void takeOver(Commit commit, ReentrantLock commitLock, Runnable flush) {
    if (commit.previous() != visibility.visible()) {
      throw StoreErrors.corrupted(
          "the commits between revisions "
              + visibility.visible()
              + " and "
              + commit.revision()
              + " are missing.",
          null);
    }
    replay(commit, commitLock, flush);
  }

  /** Commit time of the last commit there is, ms since 1970; 0 if there is none. */
  long lastTimeMs() {
    return lastTimeMs;
  }

  /** Puts on disk what a store that writes again must remember of what it has found. */
  void note(RecoveryPlan plan) {
    if (plan.lost() != null) {
      // The side file, which is about to be lowered, may be all that names what was handed out.
      meta.writeCeiling(new StoreMeta.Ceiling(plan.handedOut(), true));
      meta.writeLostRange(plan.lost());
    }
    upkeep.noteRetention();
    log.noteSynced();
  }
}
