package io.varve.bench.soak;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The order that one worker must see: what it is shown never goes back, a key never changes without
 * a new revision, and what it writes comes after all it has seen.
 */
final class RevisionOrder {
  private final WrongAnswers wrong;
  private final RecentRevisions recent;
  private final Map<String, Seen> keys = new HashMap<>();
  private long newest;

  /** The newest version of a key that was seen; for a delete, no value. */
  private record Seen(long revision, int valueHash, boolean deleted) {}

  RevisionOrder(WrongAnswers wrong, RecentRevisions recent) {
    this.wrong = wrong;
    this.recent = recent;
  }

  /** The highest revision that was seen in any way. */
  long newest() {
    return newest;
  }

  /** A commit of this worker's is acknowledged. */
  void acknowledged(long revision) {
    if (revision <= newest) {
      wrong.add(
          "acknowledged revision not above what was seen",
          "the write got " + revision + " after " + newest + " was seen");
    }
    recent.acknowledged(revision);
    newest = Math.max(newest, revision);
  }

  /** The newest state was read, and it was of this revision. */
  void readNewest(long revision) {
    if (revision < newest) {
      wrong.add("stale read", "read " + revision + " as the newest after " + newest + " was seen");
    }
    newest = Math.max(newest, revision);
  }

  /** This entry was read from the newest state. */
  void found(Stored entry) {
    Seen seen = new Seen(entry.revision(), entry.value().hashCode(), false);
    Seen before = keys.get(entry.key());
    if (before != null && seen.revision < before.revision) {
      wrong.add(
          "revision of a key went back",
          entry.key() + " had " + before.revision + " and then " + seen.revision);
      return;
    }
    if (before != null && seen.revision == before.revision && !seen.equals(before)) {
      wrong.add(
          "a version changed", entry.key() + " has another value at revision " + seen.revision);
    }
    keys.put(entry.key(), seen);
    newest = Math.max(newest, entry.revision());
  }

  /** This worker wrote the key, and is told so. */
  void wrote(String key, String value, long revision) {
    keys.put(key, new Seen(revision, value.hashCode(), false));
  }

  /** This worker deleted the key, and is told so. */
  void deleted(String key, long revision) {
    keys.put(key, new Seen(revision, 0, true));
  }

  /** A whole span was read from the newest state. */
  void foundAll(Span span, Snapshot snapshot) {
    readNewest(snapshot.revision());
    checkShape(span, snapshot);
    snapshot.entries().forEach(this::found);
  }

  /** Whether a span holds what it may: in order, in bounds, nothing newer than its revision. */
  void checkShape(Span span, Snapshot snapshot) {
    String last = "";
    List<Stored> entries = snapshot.entries();
    for (Stored entry : entries) {
      if (!span.contains(entry.key()) || entry.key().compareTo(last) <= 0) {
        wrong.add("scan out of order", entry.key() + " came after " + last + " in " + span);
      }
      if (entry.revision() > snapshot.revision()) {
        wrong.add(
            "snapshot torn",
            entry.key() + " has " + entry.revision() + " in a snapshot of " + snapshot.revision());
      }
      last = entry.key();
    }
  }
}
