package io.varve.jobs;

import io.varve.txn.WriteAdmission;

/**
 * What the watch over writes has found.
 *
 * @param alarm NONE, DISK, QUOTA or STALL
 * @param admitted which writes are let in
 * @param delayNanos how long those are held up
 * @param diskFreeBytes free on the disk of the store
 * @param diskBytes of that disk in all
 * @param reserveBytes of it that must stay free
 * @param storeBytes of the store
 * @param maxStoreBytes how large it may become; 0 for no bound
 */
public record WriteWatchStats(
    String alarm,
    WriteAdmission.Admitted admitted,
    long delayNanos,
    long diskFreeBytes,
    long diskBytes,
    long reserveBytes,
    long storeBytes,
    long maxStoreBytes) {
  /** Before the first run. */
  public static final WriteWatchStats NONE =
      new WriteWatchStats("NONE", WriteAdmission.Admitted.ALL, 0, 0, 0, 0, 0, 0);
}
