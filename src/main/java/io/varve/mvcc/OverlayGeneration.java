package io.varve.mvcc;

import io.varve.model.Invariant;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.OutcomeRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The versions of a stretch of the commit order, in the heap: hashed for points, ordered on demand.
 *
 * <p>One thread at a time applies commits, under the commit lock; any number reads without a lock.
 * Commits are applied when they are ordered, before they are visible: readers never see them, since
 * no snapshot of theirs reaches that far, while conflict checks do.
 */
final class OverlayGeneration {
  /**
   * Heap that one version takes beside the bytes of its key and value: the objects of key, value,
   * write and node, the hash table's entry, and its share of the commit.
   */
  static final int OVERHEAD_BYTES = 200;

  /** Bytes of a log record beside those of key and value, as a share of each version. */
  private static final int LOG_OVERHEAD_BYTES = 24;

  private static final int DEFAULT_CAPACITY = 16;
  private static final VersionNode[] NONE = {};

  private final OverlayTable table;
  private final KeyOrder order;
  private final AppendList<Commit> commits = new AppendList<>();

  /** The versions of a prepared generation, in the order they were allocated; else none. */
  private VersionNode[] unstamped = NONE;

  private volatile long lastRevision;
  private volatile long bytes;
  private volatile long versions;

  OverlayGeneration() {
    this(DEFAULT_CAPACITY);
  }

  /** A generation that grows with more keys than expected. */
  OverlayGeneration(int expectedKeys) {
    this.table = new OverlayTable(expectedKeys);
    this.order = new KeyOrder(table.entries());
  }

  /**
   * A generation of a single commit that has no revision yet; each key may be there once. Nobody
   * else may see it before {@link #stamp}.
   */
  static OverlayGeneration prepare(List<Write> writes) {
    OverlayGeneration prepared = new OverlayGeneration(writes.size());
    prepared.unstamped = prepared.add(writes, 0);
    return prepared;
  }

  /** Gives the versions of a prepared generation their revision. */
  void stamp(Commit commit) {
    Invariant.check(isEmpty(), "a generation is stamped once");
    for (VersionNode node : unstamped) {
      node.revision = commit.revision();
    }
    unstamped = NONE;
    lastRevision = commit.revision();
    addOutcomes(commit);
    commits.append(commit);
  }

  /** Adds a commit; its revision is above all before it. Only under the commit lock. */
  void apply(Commit commit) {
    Invariant.check(
        commit.revision() > lastRevision,
        "revisions must rise in an overlay",
        lastRevision,
        commit.revision());
    // First of all: a check without the lock must not take a generation for an old one.
    lastRevision = commit.revision();
    add(commit.writes(), commit.revision());
    addOutcomes(commit);
    commits.append(commit);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
  private void addOutcomes(Commit commit) {
    long added = 0;
    for (OutcomeRecord outcome : commit.outcomes()) {
      added += outcome.estimateBytes();
    }
    bytes += added;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
  private VersionNode[] add(List<Write> writes, long revision) {
    VersionNode[] nodes = new VersionNode[writes.size()];
    long added = 0;
    for (int i = 0; i < writes.size(); i++) {
      Write write = writes.get(i);
      nodes[i] = add(write, revision);
      added += estimateBytes(write);
    }
    bytes += added;
    versions += writes.size();
    return nodes;
  }

  private VersionNode add(Write write, long revision) {
    OverlayEntry entry = table.find(write.key());
    if (entry != null) {
      VersionNode newer = new VersionNode(revision, write.value(), entry.newest());
      entry.add(newer);
      return newer;
    }
    VersionNode first = new VersionNode(revision, write.value(), null);
    table.insert(new OverlayEntry(write.key(), first));
    return first;
  }

  /** Heap bytes that a write takes in an overlay, estimated. */
  static long estimateBytes(Write write) {
    return (long) write.bytes() + OVERHEAD_BYTES;
  }

  /** The newest version of {@code key} here, visible or not, or null. */
  @Nullable VersionNode newest(Key key) {
    OverlayEntry entry = table.find(key);
    return entry == null ? null : entry.newest();
  }

  /** The entries here as sorted runs; each key is in one of them. */
  List<OverlayEntry[]> runs() {
    return order.runs();
  }

  /** All entries here, sorted. */
  OverlayEntry[] sorted() {
    return order.sorted();
  }

  /** The commits here in commit order. */
  AppendList<Commit> commits() {
    return commits;
  }

  /**
   * The newest write above {@code snapshot} to a key of {@code range}, as its commit and key, or
   * null. Costs the commits above the snapshot, whatever the range.
   */
  @Nullable RangeWrite newestIn(KeyRange range, long snapshot) {
    for (int i = commits.size() - 1; i >= 0; i--) {
      Commit commit = commits.get(i);
      if (commit.revision() <= snapshot) {
        return null;
      }
      List<Write> writes = commit.writes();
      for (int w = 0; w < writes.size(); w++) {
        if (range.contains(writes.get(w).key())) {
          return new RangeWrite(writes.get(w).key(), commit.revision());
        }
      }
    }
    return null;
  }

  /** Whether a key of {@code range} was put above {@code snapshot}; costs as {@link #newestIn}. */
  boolean hasPut(KeyRange range, long snapshot) {
    for (int i = commits.size() - 1; i >= 0; i--) {
      Commit commit = commits.get(i);
      if (commit.revision() <= snapshot) {
        return false;
      }
      List<Write> writes = commit.writes();
      for (int w = 0; w < writes.size(); w++) {
        if (writes.get(w).value() != null && range.contains(writes.get(w).key())) {
          return true;
        }
      }
    }
    return false;
  }

  /** The commit of exactly {@code revision}, or null. */
  @Nullable Commit commit(long revision) {
    int index = lastIndexAtOrBelow(revision);
    return index >= 0 && commits.get(index).revision() == revision ? commits.get(index) : null;
  }

  /** The last commit made at or before {@code timeMs}, or null. */
  @Nullable Commit lastCommitAt(long timeMs) {
    int low = 0;
    int high = commits.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (commits.get(middle).timeMs() <= timeMs) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? null : commits.get(low - 1);
  }

  private int lastIndexAtOrBelow(long revision) {
    int low = 0;
    int high = commits.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (commits.get(middle).revision() <= revision) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  boolean isEmpty() {
    return commits.size() == 0;
  }

  /** The highest revision here; 0 if empty. */
  long lastRevision() {
    return lastRevision;
  }

  /** Estimated heap bytes. */
  long bytes() {
    return bytes;
  }

  /** Bytes of the log records of the commits here, estimated. */
  long estimatedLogBytes() {
    return bytes - (OVERHEAD_BYTES - LOG_OVERHEAD_BYTES) * versions;
  }

  /** Number of versions. */
  long versions() {
    return versions;
  }

  int keyCount() {
    return table.entries().size();
  }
}
