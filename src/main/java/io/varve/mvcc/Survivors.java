package io.varve.mvcc;

import io.varve.model.StoreId;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a store that failed leaves to the one that is opened in its place, in the same process: what
 * it had promised, and, with the log off, the commits that are nowhere but in its heap.
 */
public final class Survivors {
  private final StoreId storeId;
  private final long durable;
  private final long handedOut;
  private final long visible;
  private final List<OverlayGeneration> unflushedOldestFirst;

  /**
   * What is left.
   *
   * @param durable what the next store must find on disk, or else durable commits were lost
   * @param handedOut the highest revision that was given out
   * @param visible the newest commit that was seen
   * @param unflushedOldestFirst commits in the heap that the next store takes over; none where the
   *     log has them
   */
  Survivors(
      StoreId storeId,
      long durable,
      long handedOut,
      long visible,
      List<OverlayGeneration> unflushedOldestFirst) {
    this.storeId = storeId;
    this.durable = durable;
    this.handedOut = handedOut;
    this.visible = visible;
    this.unflushedOldestFirst = List.copyOf(unflushedOldestFirst);
  }

  StoreId storeId() {
    return storeId;
  }

  long durable() {
    return durable;
  }

  long handedOut() {
    return handedOut;
  }

  long visible() {
    return visible;
  }

  /** The newest commit that can be taken over; 0 if none can. */
  long lastCommit() {
    long last = 0;
    for (OverlayGeneration generation : unflushedOldestFirst) {
      AppendList<Commit> commits = generation.commits();
      for (int i = 0; i < commits.size(); i++) {
        if (commits.get(i).revision() <= visible) {
          last = commits.get(i).revision();
        }
      }
    }
    return last;
  }

  /** Hands the commits over that are above {@code revision} and were seen, in order. */
  void forEachAbove(long revision, Consumer<Commit> action) {
    for (OverlayGeneration generation : unflushedOldestFirst) {
      AppendList<Commit> commits = generation.commits();
      for (int i = 0; i < commits.size(); i++) {
        Commit commit = commits.get(i);
        if (commit.revision() > revision && commit.revision() <= visible) {
          action.accept(commit);
        }
      }
    }
  }
}
