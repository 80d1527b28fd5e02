package io.varve.txn;

import io.varve.model.Entry;
import io.varve.model.KeptOutcome;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.model.Value;
import io.varve.mvcc.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a store must answer: every commit ever made and not lost, and which versions of it upkeep
 * may have taken away. Slow and simple on purpose.
 */
final class ModelStore {
  /** A commit: when it was made, what it wrote, empty for a delete, and what is kept of it. */
  record ModelCommit(
      long revision, long timeMs, Map<Key, Optional<Value>> writes, List<OutcomeRecord> outcomes) {
    ModelCommit at(long known) {
      return new ModelCommit(known, timeMs, writes, outcomes);
    }

    /** Heap bytes that the store estimates for it. */
    long overlayBytes() {
      long bytes = outcomes.stream().mapToLong(OutcomeRecord::estimateBytes).sum();
      for (var write : writes.entrySet()) {
        int value = write.getValue().map(Value::length).orElse(0);
        bytes += write.getKey().length() + value + 200L;
      }
      return bytes;
    }
  }

  private final TreeMap<Long, ModelCommit> commits = new TreeMap<>();
  private final TreeMap<Key, TreeMap<Long, Optional<Value>>> versions = new TreeMap<>();

  /** Versions that retention does not demand any more. */
  private final Map<Key, TreeSet<Long>> mayBeGone = new HashMap<>();

  /** Revisions of commits that were visible and that a crash took back. */
  private final TreeSet<Long> lost = new TreeSet<>();

  /** When the store was opened without the commits above a revision. */
  private final Map<Long, Long> lostUntilMs = new TreeMap<>();

  /** Keys of which a crash took versions back. */
  private final TreeSet<Key> lostWritesTo = new TreeSet<>();

  /** No revision up to here may be given out again. */
  private long highestSeen;

  /** The highest floor that the rules applied so far allow. */
  private long floorAllowed;

  /** The log may hold no record below this revision. */
  private long trimmedTo;

  static Map<Key, Optional<Value>> byKey(Collection<Write> writes) {
    Map<Key, Optional<Value>> map = new TreeMap<>();
    writes.forEach(write -> map.put(write.key(), Optional.ofNullable(write.value())));
    return map;
  }

  void commit(ModelCommit commit) {
    commits.put(commit.revision(), commit);
    commit
        .writes()
        .forEach(
            (key, value) ->
                versions.computeIfAbsent(key, _ -> new TreeMap<>()).put(commit.revision(), value));
    highestSeen = Math.max(highestSeen, commit.revision());
  }

  /** The newest outcome of a name, whether its time is up or not, or null. */
  @Nullable KeptOutcome outcome(OutcomeId id) {
    for (ModelCommit commit : commits.descendingMap().values()) {
      for (OutcomeRecord outcome : commit.outcomes()) {
        if (outcome.id().equals(id)) {
          return new KeptOutcome(outcome, commit.revision(), commit.timeMs());
        }
      }
    }
    return null;
  }

  long visible() {
    return commits.isEmpty() ? 0 : commits.lastKey();
  }

  long highestSeen() {
    return highestSeen;
  }

  long lastTimeMs() {
    return commits.isEmpty() ? 0 : commits.lastEntry().getValue().timeMs();
  }

  /** The commits above a revision, oldest first. */
  Collection<ModelCommit> commitsAbove(long revision) {
    return commits.tailMap(revision, false).values();
  }

  NavigableSet<Long> revisions() {
    return commits.navigableKeySet();
  }

  boolean hasLostWritesTo(Key key) {
    return lostWritesTo.contains(key);
  }

  NavigableSet<Long> lostRevisions() {
    return lost;
  }

  /** A revision up to the newest, mostly one of a commit. */
  long someRevision(Random random) {
    long visible = visible();
    if (visible == 0 || random.nextInt(12) == 0) {
      return 0;
    }
    Long found = commits.floorKey(random.nextLong(visible + 1));
    return found == null ? 0 : random.nextInt(8) == 0 ? random.nextLong(visible + 1) : found;
  }

  @Nullable Entry get(Key key, long revision) {
    NavigableMap<Long, Optional<Value>> all = versions.get(key);
    Map.Entry<Long, Optional<Value>> found = all == null ? null : all.floorEntry(revision);
    return found == null || found.getValue().isEmpty()
        ? null
        : new Entry(key, found.getValue().get(), new Revision(found.getKey()));
  }

  /** Everything in a range at a revision, upwards. */
  List<Entry> scan(KeyRange range, long revision) {
    List<Entry> entries = new ArrayList<>();
    for (Key key : versions.keySet()) {
      Entry entry = range.contains(key) ? get(key, revision) : null;
      if (entry != null) {
        entries.add(entry);
      }
    }
    return entries;
  }

  /** All versions of a key, newest first. */
  List<Long> versionsOf(Key key) {
    TreeMap<Long, Optional<Value>> all = versions.get(key);
    return all == null ? List.of() : List.copyOf(all.descendingKeySet());
  }

  /** The versions of a key, newest first, with a mark on those that may be gone. */
  String describe(Key key) {
    List<String> described = new ArrayList<>();
    for (long revision : versionsOf(key)) {
      String what = valueAt(key, revision).isPresent() ? "" : " deleted";
      described.add(revision + what + (mayBeGone(key, revision) ? " may be gone" : ""));
    }
    return described.toString();
  }

  /** Of blind writes, the last of each key, those that are not deletes of nothing. */
  Collection<Write> changes(List<Write> writes) {
    Map<Key, Write> last = new LinkedHashMap<>();
    writes.forEach(write -> last.put(write.key(), write));
    last.values().removeIf(write -> write.value() == null && get(write.key(), visible()) == null);
    return last.values();
  }

  Optional<Value> valueAt(Key key, long revision) {
    return versions.getOrDefault(key, new TreeMap<>()).getOrDefault(revision, Optional.empty());
  }

  long timeOf(long revision) {
    ModelCommit commit = commits.get(revision);
    return commit == null ? -1 : commit.timeMs();
  }

  boolean mayBeGone(Key key, long revision) {
    return mayBeGone.getOrDefault(key, new TreeSet<>()).contains(revision);
  }

  /** The last revision made at or before a time, exactly. */
  long lastRevisionAt(long timeMs) {
    long last = 0;
    for (ModelCommit commit : commits.values()) {
      if (commit.timeMs() > timeMs) {
        break;
      }
      last = commit.revision();
    }
    return last;
  }

  /**
   * The lowest answer allowed for {@link #lastRevisionAt}: where the log is trimmed, times are
   * known to the second only, and rounded down.
   */
  long lowestRevisionAt(long timeMs) {
    long second = Math.floorDiv(timeMs, 1000L);
    long before = lastRevisionAt(second * 1000 - 1);
    Long first = commits.higherKey(before);
    return first == null || first >= trimmedTo ? lastRevisionAt(timeMs) : before;
  }

  /** Notes that commits above a revision were lost, and until when. */
  void lostUntil(long above, long timeMs) {
    lostUntilMs.put(above, timeMs);
  }

  /** Whether what was newest at a time may have been lost, if {@code newest} is what is left. */
  boolean isTimeLost(long timeMs, long newest) {
    Long untilMs = lostUntilMs.get(newest);
    if (untilMs == null || timeMs > untilMs) {
      return false;
    }
    long madeMs = timeOf(newest);
    return newest == 0 || timeMs > (isTimeExact(newest) ? madeMs : madeMs / 1000 * 1000);
  }

  boolean isTimeExact(long revision) {
    return revision >= trimmedTo;
  }

  void trimmedTo(long revision) {
    trimmedTo = Math.max(trimmedTo, revision);
  }

  long floorAllowed() {
    return floorAllowed;
  }

  /**
   * Notes which versions a rule lets go at a time.
   *
   * @param held revisions that somebody reads at
   * @param buries whether newest tombstones may go too, with all that is under them
   */
  void apply(Retention rule, long nowMs, NavigableSet<Long> held, boolean buries) {
    long cutoff = lastRevisionAt(nowMs - rule.keepAge().toMillis());
    floorAllowed = Math.max(floorAllowed, cutoff);
    for (Key key : versions.keySet()) {
      List<Long> all = versionsOf(key);
      boolean buried = buries && all.getFirst() <= cutoff && get(key, all.getFirst()) == null;
      boolean anyHeld = false;
      for (int i = 1; i < all.size(); i++) {
        long successor = all.get(i - 1);
        boolean spare = successor <= cutoff && (buried || i >= rule.keepVersions());
        boolean needed = !held.subSet(all.get(i), true, successor, false).isEmpty();
        anyHeld |= needed && !mayBeGone(key, all.get(i));
        if (spare && !needed) {
          mayBeGone.computeIfAbsent(key, _ -> new TreeSet<>()).add(all.get(i));
        }
      }
      if (buried && !anyHeld) {
        mayBeGone.computeIfAbsent(key, _ -> new TreeSet<>()).add(all.getFirst());
      }
    }
  }

  /** Forgets what a crash took back: every commit above {@code revision}. */
  void loseAbove(long revision) {
    lost.addAll(commits.tailMap(revision, false).keySet());
    commits.tailMap(revision, false).clear();
    for (Map.Entry<Key, TreeMap<Long, Optional<Value>>> key : versions.entrySet()) {
      TreeSet<Long> gone = mayBeGone.getOrDefault(key.getKey(), new TreeSet<>());
      NavigableMap<Long, Optional<Value>> taken = key.getValue().tailMap(revision, false);
      if (!taken.isEmpty()) {
        lostWritesTo.add(key.getKey());
        taken.clear();
        gone.tailSet(revision, false).clear();
        Map.Entry<Long, Optional<Value>> newest = key.getValue().lastEntry();
        if (newest != null && newest.getValue().isPresent()) {
          gone.remove(newest.getKey()); // its successor never was
        }
      }
    }
    versions.values().removeIf(TreeMap::isEmpty);
  }

  /** Notes that every revision up to this one may have been given out. */
  void seen(long revision) {
    highestSeen = Math.max(highestSeen, revision);
  }
}
