package io.varve.mvcc;

import io.varve.model.Key;
import io.varve.storage.ColumnFamily;
import io.varve.storage.SortedIngest;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Judges the flushed versions of some keys and removes those that nobody needs. One thread. */
final class PruneStep {
  private final StorageService storage;
  private final RetentionFloor floor;
  private final Predicate<Key> hasUnflushed;

  /**
   * @param storage the engine
   * @param floor the floor to raise before anything goes
   * @param hasUnflushed whether a key has a version that is not flushed, so that its newest flushed
   *     one is not its newest
   */
  PruneStep(StorageService storage, RetentionFloor floor, Predicate<Key> hasUnflushed) {
    this.storage = storage;
    this.floor = floor;
    this.hasUnflushed = hasUnflushed;
  }

  /**
   * The rule of one run.
   *
   * @param keepVersions newest versions of a key that stay in any case
   * @param cutoff the last revision whose commit is older than keep-age
   * @param flushed the flushed revision
   * @param position what to store as the prune position along with removals
   * @param dryRun whether to judge only
   */
  record Rule(int keepVersions, long cutoff, long flushed, long position, boolean dryRun) {}

  /**
   * What a step did.
   *
   * @param keys keys judged
   * @param versions versions removed
   * @param bytes bytes of their keys and values
   * @param deferred keys of which something would have gone but for a snapshot
   */
  record Outcome(long keys, long versions, long bytes, Set<Key> deferred) {}

  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  private record Chain(Key key, List<byte[]> rows, long[] revisions, long[] bytes, boolean buried) {
    VersionFate.Verdict judge(VersionFate fate) {
      return fate.judge(revisions, buried);
    }
  }

  /** Handles all of {@code keys} in one ingestion. */
  Outcome run(Collection<Key> keys, Rule rule) {
    List<Chain> chains = read(keys);
    long[] held = floor.held();
    VersionFate plan = new VersionFate(rule.keepVersions(), rule.cutoff(), held);
    long raised = 0;
    for (Chain chain : chains) {
      raised = Math.max(raised, chain.judge(plan).floor());
    }
    VersionFate fate =
        rule.dryRun()
            ? plan
            : new VersionFate(
                rule.keepVersions(), rule.cutoff(), floor.raise(raised, rule.flushed(), held));
    return remove(keys.size(), chains, fate, rule);
  }

  private Outcome remove(int keys, List<Chain> chains, VersionFate fate, Rule rule) {
    Set<Key> deferred = new TreeSet<>();
    long versions = 0;
    long bytes = 0;
    try (SortedIngest removals = storage.ingest(ColumnFamily.VERSIONS)) {
      if (!rule.dryRun()) {
        removals.put(VersionedKeyCodec.FLOOR, VersionedKeyCodec.revisionBytes(floor.current()));
        removals.put(VersionedKeyCodec.PRUNED, VersionedKeyCodec.revisionBytes(rule.position()));
      }
      for (Chain chain : chains) {
        VersionFate.Verdict verdict = chain.judge(fate);
        if (verdict.deferred()) {
          deferred.add(chain.key());
        }
        for (int i = 0; i < verdict.drops().length; i++) {
          if (verdict.drops()[i]) {
            versions++;
            bytes += chain.bytes()[i];
            if (!rule.dryRun()) {
              removals.delete(chain.rows().get(i));
            }
          }
        }
      }
      if (versions > 0 && !rule.dryRun()) {
        removals.commit();
      }
    }
    return new Outcome(keys, versions, bytes, deferred);
  }

  private List<Chain> read(Collection<Key> keys) {
    List<Chain> chains = new ArrayList<>(keys.size());
    try (StorageIterator iterator = storage.iterate(ColumnFamily.VERSIONS)) {
      RisingCursor rows = new RisingCursor(iterator);
      for (Key key : new TreeSet<>(keys)) {
        Chain chain = read(key, rows);
        if (!chain.rows().isEmpty()) {
          chains.add(chain);
        }
      }
    }
    return chains;
  }

  private Chain read(Key key, RisingCursor rows) {
    byte[] prefix = VersionedKeyCodec.lowerBound(key);
    List<byte[]> found = new ArrayList<>();
    List<Long> bytes = new ArrayList<>();
    boolean tombstone = false;
    for (byte[] row = rows.firstAtOrAbove(prefix);
        row != null && VersionedKeyCodec.belongsTo(row, prefix);
        row = rows.next()) {
      byte[] value = rows.value();
      if (found.isEmpty()) {
        tombstone = VersionValueCodec.decode(value) == null;
      }
      found.add(row);
      bytes.add((long) row.length + value.length);
    }
    long[] revisions = found.stream().mapToLong(VersionedKeyCodec::revision).toArray();
    long[] sizes = bytes.stream().mapToLong(Long::longValue).toArray();
    return new Chain(key, found, revisions, sizes, tombstone && !hasUnflushed.test(key));
  }

  /** Goes to rows that rise, and seeks only where it is not there yet: seeks are what is dear. */
  private static final class RisingCursor {
    private final StorageIterator rows;
    private byte @Nullable [] row;
    private boolean isPastEnd;

    RisingCursor(StorageIterator rows) {
      this.rows = rows;
    }

    /**
     * The first row at or above {@code bound}, which is above all before; null if there is none.
     */
    byte @Nullable [] firstAtOrAbove(byte[] bound) {
      if (!isPastEnd && (row == null || Arrays.compareUnsigned(row, bound) < 0)) {
        rows.seek(bound);
        load();
      }
      return row;
    }

    byte @Nullable [] next() {
      rows.next();
      load();
      return row;
    }

    private void load() {
      isPastEnd = !rows.valid();
      row = isPastEnd ? null : rows.key();
    }

    byte[] value() {
      return rows.value();
    }
  }
}
