package io.varve.mvcc;

import io.varve.model.Key;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the keys that may have versions to remove, step by step. Used by one maintenance thread.
 */
final class VersionPruner {
  /*
   * Candidates come from the log: only a commit can supersede a version, so the keys of the records
   * since the last run are all there are, and the cost follows the writes and not the size of the
   * store. A record counts once it is flushed and older than keep-age. Judging looks at the whole
   * history of its keys, so that a version which keep-versions protected until now is found by the
   * record that pushed it out.
   *
   * If a snapshot still needs a version, its key is kept in memory and judged again in each later
   * run; the position that is stored, and above which the log is not trimmed, stays below the
   * record that brought it. So a restart finds it again.
   *
   * A rule that became stricter finds what the old one left only by looking at everything: a full
   * scan in key order, a bounded number of keys a step, whose position is stored.
   */
  private static final int KEYS_PER_STEP = 20_000;
  private static final int RECORDS_PER_STEP = 200_000;
  private static final int MAX_DEFERRED = 100_000;

  private final StorageService storage;
  private final StoreMeta meta;
  private final PruneStep step;

  /** Keys to be judged again, each with the revision of the first record that named it. */
  private final Map<Key, Long> deferred = new LinkedHashMap<>();

  /** Every record up to here was looked at. */
  private long scannedTo;

  VersionPruner(StorageService storage, StoreMeta meta, PruneStep step) {
    this.storage = storage;
    this.meta = meta;
    this.step = step;
    this.scannedTo =
        VersionedKeyCodec.revisionOf(storage.get(ColumnFamily.VERSIONS, VersionedKeyCodec.PRUNED));
  }

  /** What is counted over the steps of a run. */
  static final class Tally {
    private long keys;
    private long versions;
    private long bytes;

    private void add(PruneStep.Outcome outcome) {
      keys += outcome.keys();
      versions += outcome.versions();
      bytes += outcome.bytes();
    }

    long keys() {
      return keys;
    }

    long versions() {
      return versions;
    }

    long bytes() {
      return bytes;
    }
  }

  /** Every record up to this revision is done with, deferred keys included. */
  long position() {
    long position = scannedTo;
    for (long record : deferred.values()) {
      position = Math.min(position, record - 1);
    }
    return position;
  }

  /** Every record up to this revision was looked at, by the rule of its time. */
  long scannedTo() {
    return scannedTo;
  }

  /** Notes that a scan has judged the key of every record up to {@code revision}. */
  void scanned(long revision) {
    scannedTo = Math.max(scannedTo, revision);
  }

  /** Judges what {@code deferred} holds once more. */
  void retryDeferred(PruneRun run, Tally tally) {
    List<Key> keys = new ArrayList<>(deferred.keySet());
    for (int from = 0; from < keys.size() && run.mayGoOn(); from += KEYS_PER_STEP) {
      List<Key> part = keys.subList(from, Math.min(keys.size(), from + KEYS_PER_STEP));
      PruneStep.Outcome outcome = step.run(part, run.rule(position()));
      tally.add(outcome);
      for (Key key : part) {
        if (!outcome.deferred().contains(key)) {
          deferred.remove(key);
        }
      }
    }
  }

  /** Goes on through the log; true if nothing is left that this run may look at. */
  boolean followLog(PruneRun run, Tally tally) {
    long limit = Math.min(run.cutoff(), run.flushed());
    while (scannedTo < limit) {
      if (!run.mayGoOn() || deferred.size() >= MAX_DEFERRED) {
        return false;
      }
      Map<Key, Long> candidates = new HashMap<>();
      long reached = collect(limit, candidates);
      PruneStep.Outcome outcome = step.run(candidates.keySet(), run.rule(position()));
      tally.add(outcome);
      for (Key key : outcome.deferred()) {
        deferred.putIfAbsent(key, candidates.getOrDefault(key, reached));
      }
      scannedTo = reached;
    }
    return true;
  }

  /** Adds the keys of the next records, with their first record; the last revision looked at. */
  private long collect(long limit, Map<Key, Long> candidates) {
    long reached = scannedTo;
    int records = 0;
    try (StorageIterator log = storage.iterate(ColumnFamily.LOG)) {
      log.seek(LogRecordCodec.key(scannedTo + 1));
      while (log.valid()) {
        Commit commit = LogRecordCodec.decode(log.key(), log.value());
        if (commit.revision() > limit) {
          return limit;
        }
        for (Write write : commit.writes()) {
          candidates.putIfAbsent(write.key(), commit.revision());
        }
        reached = commit.revision();
        if (candidates.size() >= KEYS_PER_STEP || ++records == RECORDS_PER_STEP) {
          return reached;
        }
        log.next();
      }
    }
    return limit;
  }

  /** Goes on with a full scan; where to go on from next time, or null at the end. */
  StoreMeta.@Nullable FullPrune followKeys(
      StoreMeta.FullPrune progress, PruneRun run, Tally tally) {
    StoreMeta.FullPrune at = progress;
    while (run.mayGoOn()) {
      KeyBatch batch = collectKeys(at.next());
      PruneStep.Outcome outcome = step.run(batch.keys(), run.rule(position()));
      tally.add(outcome);
      boolean anyDeferred = at.anyDeferred() || !outcome.deferred().isEmpty();
      byte[] following = batch.next();
      boolean ended = following == null;
      byte[] next = following == null ? VersionedKeyCodec.FIRST_VERSION : following;
      if (ended && (!anyDeferred || run.isDry())) {
        return null;
      }
      at = new StoreMeta.FullPrune(at.retention(), !ended && anyDeferred, next);
      if (!run.isDry()) {
        meta.writeFullPrune(at);
      }
      if (ended) {
        return at; // once more from the start, in a later run, for what a snapshot held back
      }
    }
    return at;
  }

  @SuppressWarnings("ArrayRecordComponent") // a position, never compared
  private record KeyBatch(Set<Key> keys, byte @Nullable [] next) {}

  private KeyBatch collectKeys(byte[] from) {
    Set<Key> keys = new LinkedHashSet<>();
    try (StorageIterator rows = storage.iterate(ColumnFamily.VERSIONS)) {
      rows.seek(from);
      while (rows.valid()) {
        if (keys.size() == KEYS_PER_STEP) {
          return new KeyBatch(keys, rows.key());
        }
        Key key = VersionedKeyCodec.key(rows.key());
        keys.add(key);
        byte[] above = VersionedKeyCodec.upperBound(key);
        rows.next();
        if (rows.valid() && Arrays.compareUnsigned(rows.key(), above) < 0) {
          rows.seek(above);
        }
      }
    }
    return new KeyBatch(keys, null);
  }
}
