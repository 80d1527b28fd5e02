package io.varve.jobs;

import io.varve.model.StoreErrors;
import io.varve.txn.WriteAdmission;
import io.varve.txn.WriteAdmission.Admitted;
import java.time.Duration;

/**
 * Which writes are let in, by the room on disk and the state of the engine. Pure.
 *
 * @param settings thresholds
 */
record WriteRules(AlarmSettings settings) {
  /*
   * Room. What matters is not what is free now, but what will be once all that was let in is
   * written: unflushed data is still to come. Below the reserve only deletes are let in, below half
   * of it nothing; that half is for flushes and a compaction under way, which make room. An alarm
   * ends by itself a quarter above where it began, so that it does not flutter.
   *
   * The size of the store works the same, but never shuts deletes out: there is still room on disk.
   *
   * The engine. A read looks into each file at level 0, and compaction that is too far behind never
   * catches up. So writers are held up, the longer the more there is to do, and refused in the end.
   * RocksDB's own stalls lie far above: they would hold up the log, and all at once.
   */
  private static final int CLEAR_NUMERATOR = 5;
  private static final int CLEAR_DENOMINATOR = 4;
  private static final double QUOTA_CLEARED = 0.85;

  /** No file system is so small that the reserve may be more than this share of it. */
  private static final int MAX_SHARE_OF_DISK = 8;

  private static final long LONGEST_DELAY_NANOS = Duration.ofMillis(100).toNanos();
  private static final long STALL_RETRY_MS = 5_000;

  /** Why writes are held up or refused. */
  enum Alarm {
    NONE,
    /** The disk is nearly full. */
    DISK,
    /** The store is as large as it may be. */
    QUOTA,
    /** The engine is behind. */
    STALL
  }

  /**
   * What was read.
   *
   * @param freeBytes of the disk
   * @param diskBytes of the disk in all
   * @param pendingBytes that were let in and are still to be written
   * @param storeBytes of the store
   * @param level0Files of the engine
   * @param compactionBytes that the engine is behind
   */
  record Reading(
      long freeBytes,
      long diskBytes,
      long pendingBytes,
      long storeBytes,
      long level0Files,
      long compactionBytes) {}

  /**
   * What follows.
   *
   * @param alarm why not everything is let in at once
   * @param ruling for writers
   */
  record Verdict(Alarm alarm, WriteAdmission.Ruling ruling) {
    static final Verdict GOOD = new Verdict(Alarm.NONE, WriteAdmission.Ruling.OPEN);
  }

  /** The reserve in force on a disk of this size. */
  long reserveBytes(long diskBytes) {
    return Math.min(settings.reserveBytes(), diskBytes / MAX_SHARE_OF_DISK);
  }

  /** The verdict after {@code before}. */
  Verdict judge(Verdict before, Reading reading) {
    Admitted byDisk = byDisk(before, reading);
    if (byDisk != Admitted.ALL) {
      return diskFull(byDisk, reading);
    }
    if (isOverQuota(before, reading)) {
      return overQuota(reading);
    }
    double stall = Math.max(stallByFiles(reading), stallByBytes(reading));
    if (stall >= 1) {
      return new Verdict(
          Alarm.STALL,
          new WriteAdmission.Ruling(
              Admitted.NONE,
              () ->
                  StoreErrors.compactionBehind(
                      reading.level0Files(), reading.compactionBytes(), STALL_RETRY_MS),
              0));
    }
    if (stall > 0) {
      long delay = Math.round(stall * LONGEST_DELAY_NANOS);
      return new Verdict(Alarm.STALL, WriteAdmission.Ruling.delayed(delay));
    }
    return Verdict.GOOD;
  }

  private Admitted byDisk(Verdict before, Reading reading) {
    long left = reading.freeBytes() - reading.pendingBytes();
    long reserve = reserveBytes(reading.diskBytes());
    Admitted was = before.alarm() == Alarm.DISK ? before.ruling().admitted() : Admitted.ALL;
    if (left < threshold(reserve / 2, was == Admitted.NONE)) {
      return Admitted.NONE;
    }
    return left < threshold(reserve, was != Admitted.ALL) ? Admitted.DELETES : Admitted.ALL;
  }

  private static long threshold(long bytes, boolean isRaised) {
    return isRaised ? bytes / CLEAR_DENOMINATOR * CLEAR_NUMERATOR : bytes;
  }

  private Verdict diskFull(Admitted admitted, Reading reading) {
    long reserve = reserveBytes(reading.diskBytes());
    return new Verdict(
        Alarm.DISK,
        new WriteAdmission.Ruling(
            admitted,
            () -> StoreErrors.diskFull(reading.freeBytes(), reading.pendingBytes(), reserve),
            0));
  }

  private boolean isOverQuota(Verdict before, Reading reading) {
    long quota = settings.maxStoreBytes();
    double cleared = before.alarm() == Alarm.QUOTA ? QUOTA_CLEARED : 1;
    return quota > 0 && reading.storeBytes() + reading.pendingBytes() >= quota * cleared;
  }

  private Verdict overQuota(Reading reading) {
    return new Verdict(
        Alarm.QUOTA,
        new WriteAdmission.Ruling(
            Admitted.DELETES,
            () ->
                StoreErrors.storeFull(
                    reading.storeBytes() + reading.pendingBytes(), settings.maxStoreBytes()),
            0));
  }

  private double stallByFiles(Reading reading) {
    return share(reading.level0Files(), settings.level0Slow(), settings.level0Stop());
  }

  private double stallByBytes(Reading reading) {
    return share(
        reading.compactionBytes(), settings.compactionSlowBytes(), settings.compactionStopBytes());
  }

  /** How far a value is on its way from one to the other, 1 or more from there on. */
  private static double share(long value, long from, long to) {
    return Math.max(0, (double) (value - from) / (to - from));
  }
}
