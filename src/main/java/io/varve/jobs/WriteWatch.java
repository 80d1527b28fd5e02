package io.varve.jobs;

import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.StoreStatus;
import io.varve.mvcc.MvccStore;
import io.varve.storage.StorageStats;
import io.varve.txn.StoreSession;
import io.varve.txn.StoreSessions;
import io.varve.txn.WriteAdmission;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the disk and the engine, and rules which writes are let in. Runs often, and costs a few
 * system calls.
 */
public final class WriteWatch implements Job<WriteWatchStats> {
  private static final Logger log = LoggerFactory.getLogger(WriteWatch.class);

  private final StoreSessions sessions;
  private final WriteAdmission admission;
  private final WriteRules rules;
  private final Path directory;
  private final Consumer<WriteWatchStats> makeRoom;
  private final LongSupplier nanoTime;
  private final RoomPace pace = new RoomPace();

  /** Written by one run at a time, read by all. */
  private volatile WriteRules.Verdict verdict = WriteRules.Verdict.GOOD;

  private volatile WriteWatchStats stats = WriteWatchStats.NONE;

  private volatile @Nullable StoreStatus lastStatus;
  private volatile @Nullable StorageStats lastEngine;

  /**
   * A watch.
   *
   * @param directory on the disk of the store
   * @param makeRoom is called when an alarm about room begins or changes, and again from time to
   *     time while it lasts; must return at once
   */
  public WriteWatch(
      StoreSessions sessions,
      WriteAdmission admission,
      AlarmSettings settings,
      Path directory,
      Consumer<WriteWatchStats> makeRoom,
      LongSupplier nanoTime) {
    this.sessions = sessions;
    this.admission = admission;
    this.rules = new WriteRules(settings);
    this.directory = directory;
    this.makeRoom = makeRoom;
    this.nanoTime = nanoTime;
  }

  @Override
  public String name() {
    return "watch";
  }

  @Override
  public WriteWatchStats runOnce() {
    WriteRules.Reading reading = read();
    WriteRules.Verdict before = verdict;
    WriteRules.Verdict now = rules.judge(before, reading);
    verdict = now;
    admission.rule(now.ruling());
    stats =
        new WriteWatchStats(
            now.alarm().name(),
            now.ruling().admitted(),
            now.ruling().delayNanos(),
            reading.freeBytes(),
            reading.diskBytes(),
            rules.reserveBytes(reading.diskBytes()),
            reading.storeBytes(),
            rules.settings().maxStoreBytes());
    boolean isNew = note(before, now, reading);
    if (now.alarm() == WriteRules.Alarm.DISK || now.alarm() == WriteRules.Alarm.QUOTA) {
      makeRoom(isNew);
    }
    return stats;
  }

  private WriteRules.Reading read() {
    StoreSession session = sessions.latest();
    long free;
    long total;
    try {
      FileStore disk = Files.getFileStore(directory);
      free = disk.getUsableSpace();
      total = disk.getTotalSpace();
    } catch (IOException e) {
      throw StoreErrors.io("ask for the free disk space", e.toString(), e);
    }
    long pending = session.store().overlayBytes();
    try {
      MvccStore store = sessions.store();
      StorageStats engine = store.engineStats();
      StoreStatus status = store.status(engine);
      lastStatus = status;
      lastEngine = engine;
      if (status.backgroundErrors() > 0) {
        store.engineFailed();
      }
      return new WriteRules.Reading(
          free,
          total,
          pending,
          status.sstBytes() + status.memtableBytes(),
          status.level0Files(),
          status.pendingCompactionBytes());
    } catch (StoreException _) {
      // There is no engine to ask just now, and nobody to hold up: only the disk matters.
      return new WriteRules.Reading(free, total, pending, stats.storeBytes(), 0, 0);
    }
  }

  private void makeRoom(boolean isNew) {
    StoreStatus status = lastStatus;
    Revision visible = status == null ? Revision.ZERO : status.visible();
    if (isNew) {
      pace.begin(visible, nanoTime.getAsLong());
    }
    if (isNew || pace.isDue(visible, nanoTime.getAsLong())) {
      makeRoom.accept(stats);
    }
  }

  /** Tells of a change; whether there is one. */
  private static boolean note(
      WriteRules.Verdict before, WriteRules.Verdict now, WriteRules.Reading reading) {
    if (before.alarm() == now.alarm() && before.ruling().admitted() == now.ruling().admitted()) {
      return false;
    }
    if (now.alarm() == WriteRules.Alarm.NONE) {
      log.info("The {} alarm is over: all writes are let in.", before.alarm());
    } else {
      log.warn("{} alarm: writes let in: {}. {}", now.alarm(), now.ruling().admitted(), reading);
    }
    return true;
  }

  /** What the store said when it was last asked, or null; for who must not wait for a disk. */
  public @Nullable StoreStatus lastStatus() {
    return lastStatus;
  }

  /** What the engine said when it was last asked, or null. */
  public @Nullable StorageStats lastEngine() {
    return lastEngine;
  }

  /** What the last run has found. */
  public WriteWatchStats stats() {
    return stats;
  }
}
