package io.varve.mvcc;

import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Flush, prune and log trim, in the right order. Used by one thread at a time. */
final class Maintenance {
  /** A part of the log that is larger than one of so many of the store is worth a scan. */
  private static final int WORTH_A_SCAN = 64;

  private final StorageService storage;
  private final Overlay overlay;
  private final SnapshotRegistry snapshots;
  private final StoreMeta meta;
  private final CommitTimes times;
  private final MvccSettings settings;
  private final InstantSource clock;
  private final Flusher flusher;
  private final VersionPruner pruner;
  private final LogTrimmer trimmer;

  /** Written by the maintenance thread, read by all. */
  private volatile long flushed;

  /** Records up to here may have left the log before prune looked at them. */
  private long skippedTo;

  /** Whether records are gone that still take space; at first there may be some. */
  private boolean logSpaceIsOwed = true;

  /** The full scan that is under way; null if it began before this run. */
  private @Nullable FullScan scanning;

  /**
   * What a full scan knew when it began.
   *
   * @param cutoff the last revision that was old enough
   * @param flushed the flushed revision
   */
  private record FullScan(long cutoff, long flushed) {}

  Maintenance(
      StorageService storage,
      Overlay overlay,
      ReadCache cache,
      SnapshotRegistry snapshots,
      StoreMeta meta,
      OutcomeTable outcomes,
      CommitTimes times,
      MvccSettings settings,
      InstantSource clock) {
    this.storage = storage;
    this.overlay = overlay;
    this.snapshots = snapshots;
    this.meta = meta;
    this.times = times;
    this.settings = settings;
    this.clock = clock;
    this.flushed =
        VersionedKeyCodec.revisionOf(storage.get(ColumnFamily.VERSIONS, VersionedKeyCodec.FLUSHED));
    RetentionFloor floor = new RetentionFloor(meta, snapshots);
    this.flusher =
        new Flusher(storage, overlay, cache, snapshots, floor, outcomes, settings, this::cutoff);
    this.pruner =
        new VersionPruner(
            storage, meta, new PruneStep(storage, floor, key -> overlay.view().holds(key)));
    this.trimmer = new LogTrimmer(storage, meta, settings.log());
    // What was skipped is behind us once no scan is left to be done.
    this.skippedTo = meta.fullPrune() == null ? 0 : new LogReplay(storage).beginsAfter();
  }

  /** Everything up to here is in sorted files. */
  long flushed() {
    return flushed;
  }

  /** The floor of the run before: what was removed may be more than {@code meta} says. */
  long floorOnDisk() {
    byte[] removed = storage.get(ColumnFamily.VERSIONS, VersionedKeyCodec.FLOOR);
    return Math.max(meta.prunedTo(), VersionedKeyCodec.revisionOf(removed));
  }

  /** Asks for a full prune if the rule is stricter than the one of the last run. */
  void noteRetention() {
    Retention before = meta.retention();
    Retention now = settings.retention();
    if (now.equals(before)) {
      return;
    }
    if (before != null && now.isStricterThan(before)) {
      meta.writeFullPrune(StoreMeta.FullPrune.start(now));
    }
    meta.writeRetention(now);
  }

  /** The last revision whose commit is older than keep-age. */
  private long cutoff(Retention retention) {
    return times.lastRevisionAt(clock.millis() - retention.keepAge().toMillis());
  }

  /** Freezes the overlay and writes it out once {@code prepare} has returned for it. */
  FlushResult flush(LongConsumer prepare) {
    FlushResult result = FlushResult.none(new Revision(flushed));
    if (overlay.freeze() != null) {
      List<OverlayGeneration> oldestFirst = overlay.view().frozen();
      FrozenGenerations frozen = new FrozenGenerations(oldestFirst);
      prepare.accept(frozen.lastRevision());
      result = flusher.flush(frozen);
      flushed = frozen.lastRevision();
      oldestFirst.forEach(trimmer::addFlushed);
    }
    overlay.trim(snapshots.oldestReader());
    return result;
  }

  /** Prunes; {@code giveWay} is called between steps, and may let a flush run. */
  PruneResult prune(PruneRequest request, Runnable giveWay) {
    long started = System.nanoTime();
    VersionPruner.Tally tally = new VersionPruner.Tally();
    Retention asked = request.retention();
    boolean complete;
    if (request.dryRun()) {
      Retention rule = asked == null ? settings.retention() : asked;
      StoreMeta.FullPrune scan = StoreMeta.FullPrune.start(rule);
      complete = pruner.followKeys(scan, run(rule, request, giveWay), tally) == null;
    } else {
      if (asked != null) {
        meta.writeFullPrune(StoreMeta.FullPrune.start(asked));
      }
      complete = prune(request, giveWay, tally);
      complete &= trimLog(request.log());
    }
    overlay.trim(snapshots.oldestReader());
    return new PruneResult(
        tally.keys(),
        tally.versions(),
        tally.bytes(),
        new Revision(trimmer.trimmedTo()),
        new Revision(snapshots.floor()),
        new Revision(pruner.position()),
        complete,
        request.dryRun(),
        Duration.ofNanos(System.nanoTime() - started));
  }

  private boolean prune(PruneRequest request, Runnable giveWay, VersionPruner.Tally tally) {
    PruneRun run = run(settings.retention(), request, giveWay);
    pruner.retryDeferred(run, tally);
    boolean complete = pruner.followLog(run, tally);
    StoreMeta.FullPrune pending = meta.fullPrune();
    while (pending != null) {
      PruneRun scan = run(pending.retention(), request, giveWay);
      if (pending.isAtStart()) {
        scanning = new FullScan(scan.cutoff(), flushed);
      }
      if (pruner.followKeys(pending, scan, tally) != null) {
        return false;
      }
      pending = followingScan(scan);
      if (pending != null && pending.retention().equals(scan.retention())) {
        return false; // the same again, once time has passed
      }
    }
    return complete;
  }

  /**
   * The full scan that must follow one that has ended, or null. A scan by a milder rule than the
   * settings' may have taken the place of one by the settings'. And where a rule became longer in
   * age, records that the log has done with are too young for it, so nothing else names their keys;
   * so are those that left the log early.
   */
  private StoreMeta.@Nullable FullPrune followingScan(PruneRun ended) {
    Retention rule = settings.retention();
    long oldEnough = scanning == null ? 0 : scanning.cutoff();
    boolean tooYoung =
        oldEnough < skippedTo
            || (rule.equals(ended.retention()) && ended.cutoff() < pruner.scannedTo());
    if (scanning != null && ended.retention().keepVersions() <= rule.keepVersions()) {
      // The rule of the settings finds no more at these records than the scan did.
      pruner.scanned(Math.min(oldEnough, scanning.flushed()));
    }
    if (!rule.isStricterThan(ended.retention()) && !tooYoung) {
      meta.endFullPrune();
      return null;
    }
    StoreMeta.FullPrune next = StoreMeta.FullPrune.start(rule);
    meta.writeFullPrune(next);
    return next;
  }

  /** Trims the log; whether prune has looked at all that is gone. */
  private boolean trimLog(LogTrim trim) {
    long done = Math.min(flushed, pruner.position());
    switch (trim) {
      case BY_SETTINGS -> trimmer.trim(done, clock.millis());
      case DONE_WITH -> logSpaceIsOwed |= trimmer.trimAll(done, flushed);
      case FLUSHED -> {
        boolean skips = isWorthAScan(trimmer.bytesAbove(done));
        if (skips) {
          skipTo(flushed);
        }
        logSpaceIsOwed |= trimmer.trimAll(skips ? flushed : done, flushed);
        return !skips;
      }
    }
    return true;
  }

  /** A scan reads a row of each key; it must not be done for next to nothing. */
  private boolean isWorthAScan(long bytes) {
    return bytes > storage.stats().totalSstBytes() / WORTH_A_SCAN;
  }

  /** Before records leave the log that prune has not looked at: what a scan must find instead. */
  private void skipTo(long revision) {
    if (meta.fullPrune() == null) {
      meta.writeFullPrune(StoreMeta.FullPrune.start(settings.retention()));
    }
    skippedTo = Math.max(skippedTo, revision);
  }

  /** Gives the bytes of records back that were trimmed early. Not along with a prune. */
  void giveBackLogSpace() {
    if (logSpaceIsOwed) {
      storage.flush(ColumnFamily.LOG);
      storage.flush(ColumnFamily.META); // what is only in a memtable keeps the engine's own log
      storage.compact(ColumnFamily.LOG);
      logSpaceIsOwed = false;
    }
  }

  private PruneRun run(Retention rule, PruneRequest request, Runnable giveWay) {
    return new PruneRun(
        rule, cutoff(rule), this::flushed, request.dryRun(), request.budget(), giveWay);
  }
}
