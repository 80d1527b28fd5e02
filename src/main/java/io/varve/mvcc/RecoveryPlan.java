package io.varve.mvcc;

import io.varve.model.LostRange;
import io.varve.model.Revision;
import org.jspecify.annotations.Nullable;

/**
 * What a start makes of what it found on disk. Pure.
 *
 * @param recovered the newest commit that is there
 * @param onDisk the newest of them that is on disk
 * @param handedOut the highest revision that may have been given out before
 * @param readOnlyReason why the store opens read-only, or null
 * @param lost the revisions that were visible once and are gone, or null
 */
record RecoveryPlan(
    long recovered,
    long onDisk,
    long handedOut,
    @Nullable String readOnlyReason,
    @Nullable LostRange lost) {

  /**
   * What was found on disk.
   *
   * @param flushed the flushed revision, which stands with the flushed versions
   * @param logEnd the revision of the last log record, 0 if there is none
   * @param carried the last commit that a store before this one has left in the heap, or 0
   * @param synced the revision in the side file
   * @param ceiling up to where revisions were reserved, and whether readers saw them early
   */
  record Found(long flushed, long logEnd, long carried, long synced, StoreMeta.Ceiling ceiling) {}

  /**
   * Plans a start. What was flushed had been logged before, and what the side file names had been
   * synced, so where either is missing, data is lost: the store then opens read-only until the
   * operator accepts that. Revisions above what was recovered count as lost if anybody may have
   * seen commits there.
   */
  static RecoveryPlan of(Found found, boolean acceptDataLoss) {
    long onDisk = Math.max(found.flushed(), found.logEnd());
    long recovered = Math.max(onDisk, found.carried());
    long handedOut = Math.max(recovered, Math.max(found.ceiling().revision(), found.synced()));
    boolean missing = found.flushed() > found.logEnd() || onDisk < found.synced();
    if (missing && !acceptDataLoss) {
      long expected = Math.max(found.synced(), found.flushed());
      return new RecoveryPlan(recovered, onDisk, handedOut, reason(found.logEnd(), expected), null);
    }
    boolean wasSeen = missing || found.ceiling().visibleEarly();
    LostRange lost =
        wasSeen && handedOut > recovered
            ? new LostRange(new Revision(recovered), new Revision(handedOut))
            : null;
    return new RecoveryPlan(recovered, onDisk, handedOut, null, lost);
  }

  private static String reason(long logEnd, long expected) {
    return "Commits that were on stable storage are missing: revision "
        + expected
        + " was reached, and the log ends at "
        + logEnd
        + ". Restore a checkpoint, or accept the loss with"
        + " varve.recovery.accept-data-loss=true.";
  }
}
