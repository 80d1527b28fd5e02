package io.varve.mvcc;

import io.varve.model.LostRange;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * What was visible once and was taken back by a crash or a restore: ranges of revisions, and the
 * times at which those were current. Thread-safe once loaded.
 */
final class LostHistory {
  /**
   * A loss. Commits are lost from the last one that is left, or from the making of the checkpoint
   * that was restored, up to the moment when the store was opened without them, so a time in
   * between has no answer.
   *
   * @param range the revisions
   * @param times from when to when they may have been current
   */
  record Loss(LostRange range, StoreMeta.LossTimes times) {}

  private final StoreMeta meta;
  private volatile List<Loss> losses = List.of();

  LostHistory(StoreMeta meta) {
    this.meta = meta;
  }

  /** Reads what is on disk. */
  void load() {
    List<Loss> found = new ArrayList<>();
    for (LostRange range : meta.lostRanges()) {
      found.add(new Loss(range, meta.lossTimes(range)));
    }
    losses = List.copyOf(found);
  }

  /**
   * Notes for losses that are new to this start that they last until now, and reads all of them.
   */
  void settle(InstantSource clock) {
    load();
    boolean isNew = false;
    for (Loss loss : losses) {
      if (loss.times().untilMs() == StoreMeta.NEVER_OPENED) {
        long sinceMs = loss.times().sinceMs();
        meta.writeLossTimes(loss.range(), new StoreMeta.LossTimes(sinceMs, clock.millis()));
        isNew = true;
      }
    }
    if (isNew) {
      load();
    }
  }

  List<LostRange> ranges() {
    return losses.stream().map(Loss::range).toList();
  }

  /** Throws REVISION_LOST for a revision that was taken back. */
  void require(Revision revision) {
    for (Loss loss : losses) {
      if (loss.range().contains(revision.value())) {
        throw StoreErrors.revisionLost(revision, loss.range().above(), loss.range().upTo());
      }
    }
  }

  /**
   * Throws REVISION_LOST for a time at which a commit that was taken back may have been the newest.
   *
   * @param newest the newest revision that is left of those committed at or before {@code time}
   * @param timeOf tells when a revision was committed
   */
  void require(Instant time, long newest, LongFunction<Instant> timeOf) {
    for (Loss loss : losses) {
      long above = loss.range().above().value();
      if (newest == above
          && time.toEpochMilli() > loss.times().sinceMs()
          && time.toEpochMilli() <= loss.times().untilMs()
          && (above == 0 || time.isAfter(timeOf.apply(above)))) {
        throw StoreErrors.timeLost(loss.range().above(), loss.range().upTo());
      }
    }
  }
}
