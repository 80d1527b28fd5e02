package io.varve.mvcc;

import java.util.Arrays;

/** Decides which versions of one key go. Pure: reads and writes nothing. */
final class VersionFate {
  /*
   * A version is visible to snapshots from its own revision up to, and not including, that of the
   * version which superseded it. It goes if it is not among the newest keepVersions, was superseded
   * at or below the cutoff revision (the last commit older than keep-age), and no snapshot in use
   * lies where it is visible.
   *
   * A newest version that is a tombstone at or below the cutoff says what an empty key says, so it
   * goes with everything under it, whatever keepVersions is. If a snapshot still needs something
   * under it, it stays: without it that something would come back to life.
   *
   * Dropping a version makes every revision from its own up to its successor's inexact, so the
   * floor is the highest successor. A tombstone with nothing under it can go unnoticed.
   */
  private final int keepVersions;
  private final long cutoff;
  private final long[] snapshots;

  /**
   * @param keepVersions newest versions that stay in any case
   * @param cutoff the last revision whose commit is older than keep-age
   * @param snapshots revisions in use, sorted
   */
  VersionFate(int keepVersions, long cutoff, long[] snapshots) {
    this.keepVersions = keepVersions;
    this.cutoff = cutoff;
    this.snapshots = snapshots.clone();
  }

  /**
   * What happens to the versions of a key.
   *
   * @param drops for each version, newest first, whether it goes
   * @param dropped how many go
   * @param floor the smallest revision that reads exactly afterwards, as far as this key goes
   * @param deferred whether something would have gone but for a snapshot
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Verdict(boolean[] drops, int dropped, long floor, boolean deferred) {}

  /** Judges the versions of a key, newest first. */
  Verdict judge(long[] revisions, boolean newestIsTombstone) {
    boolean buried = newestIsTombstone && revisions[0] <= cutoff;
    boolean[] drops = new boolean[revisions.length];
    int dropped = 0;
    long floor = 0;
    boolean deferred = false;
    for (int i = 1; i < revisions.length; i++) {
      long successor = revisions[i - 1];
      if (successor > cutoff || (i < keepVersions && !buried)) {
        continue;
      }
      if (isNeeded(revisions[i], successor)) {
        deferred = true;
        continue;
      }
      drops[i] = true;
      dropped++;
      floor = Math.max(floor, successor);
    }
    if (buried && dropped == revisions.length - 1) {
      drops[0] = true;
      dropped++;
    }
    return new Verdict(drops, dropped, floor, deferred);
  }

  private boolean isNeeded(long revision, long successor) {
    int at = Arrays.binarySearch(snapshots, revision);
    int firstAtOrAbove = at >= 0 ? at : -at - 1;
    return firstAtOrAbove < snapshots.length && snapshots[firstAtOrAbove] < successor;
  }
}
