package io.varve.bench.soak;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Keys that one worker alone writes, so it knows exactly what they hold, which revisions they have
 * and what they held before. Does no work itself: it is told what was written, and judges what was
 * read.
 */
final class OwnedKeys {
  /** Versions of a key that are remembered; fewer than a store keeps in any case. */
  private static final int REMEMBERED = 8;

  private final WrongAnswers wrong;
  private final SequencedMap<String, Line> lines = new LinkedHashMap<>();

  /** A version that is known to be, or to have been, there. */
  record Known(long revision, @Nullable String value, long ackedNanos) {}

  /** What is known of one key. */
  private static final class Line {
    /** Newest first. */
    private final Deque<Known> versions = new ArrayDeque<>();

    /** A write of which nobody knows whether it was done. */
    private @Nullable Change doubt;

    @Nullable Known newest() {
      return versions.peekFirst();
    }

    @Nullable String value() {
      Known newest = newest();
      return newest == null ? null : newest.value();
    }

    void add(Known version) {
      versions.addFirst(version);
      if (versions.size() > REMEMBERED) {
        versions.removeLast();
      }
      doubt = null;
    }
  }

  OwnedKeys(List<String> keys, WrongAnswers wrong) {
    this.wrong = wrong;
    keys.forEach(key -> lines.put(key, new Line()));
  }

  /** All of them, in order. */
  SequencedCollection<String> keys() {
    return lines.sequencedKeySet();
  }

  private Line line(String key) {
    return Objects.requireNonNull(lines.get(key), key);
  }

  /** Whether the key holds a value, as far as is known. */
  boolean isPresent(String key) {
    return line(key).value() != null;
  }

  /** What is known of the key's past, newest first. */
  List<Known> past(String key) {
    return List.copyOf(line(key).versions);
  }

  /** These writes are acknowledged, as one commit. */
  void acknowledged(List<Change> changes, long revision, long nanos) {
    for (Change change : changes) {
      line(change.key()).add(new Known(revision, valueOf(change), nanos));
    }
  }

  /** Nobody knows whether these writes were done. */
  void inDoubt(List<Change> changes) {
    changes.forEach(change -> line(change.key()).doubt = change);
  }

  private static @Nullable String valueOf(Change change) {
    return switch (change) {
      case Change.Put put -> put.value();
      case Change.Delete _ -> null;
    };
  }

  /** The newest state of the key was read. */
  void check(String key, @Nullable Stored found, long nanos) {
    Line line = line(key);
    if (isAsKnown(line.newest(), found)) {
      line.doubt = null; // it was not done
    } else if (line.doubt != null && isAs(line.doubt, line.newest(), found)) {
      adopt(line, found, nanos);
    } else {
      wrong.add("own write not read", key + " should be " + text(line.newest()) + ", is " + found);
    }
  }

  private static boolean isAsKnown(@Nullable Known newest, @Nullable Stored found) {
    if (newest == null || newest.value() == null) {
      return found == null;
    }
    return found != null
        && found.revision() == newest.revision()
        && found.value().equals(newest.value());
  }

  private static boolean isAs(Change doubt, @Nullable Known newest, @Nullable Stored found) {
    return switch (doubt) {
      case Change.Delete _ -> found == null;
      case Change.Put put ->
          found != null
              && found.value().equals(put.value())
              && (newest == null || found.revision() > newest.revision());
    };
  }

  /** The write in doubt was done. Of a delete nobody knows the revision, so the past is let go. */
  private static void adopt(Line line, @Nullable Stored found, long nanos) {
    if (found == null) {
      line.versions.clear();
      line.doubt = null;
    } else {
      line.add(new Known(found.revision(), found.value(), nanos));
    }
  }

  /** All of the keys were read, from one newest state. */
  void checkAll(List<Stored> found, long nanos) {
    Iterator<Stored> rest = found.iterator();
    Stored next = rest.hasNext() ? rest.next() : null;
    for (String key : lines.keySet()) {
      boolean isThere = next != null && next.key().equals(key);
      check(key, isThere ? next : null, nanos);
      if (isThere) {
        next = rest.hasNext() ? rest.next() : null;
      }
    }
    if (next != null) {
      wrong.add("unknown entry", next + " is out of place among keys that nobody else writes");
    }
  }

  /**
   * The history of the key was read, as far back as it is known here. Versions may be gone, but not
   * in between, and not so many as the store has promised to keep.
   */
  void checkHistory(String key, List<Version> found, int promisedVersions) {
    List<Known> known = new ArrayList<>(line(key).versions);
    if (line(key).doubt != null) {
      return;
    }
    for (int i = 0; i < found.size() && i < known.size(); i++) {
      Known expected = known.get(i);
      Version version = found.get(i);
      if (version.revision() != expected.revision()
          || !Objects.equals(version.value(), expected.value())) {
        wrong.add("history", key + " was " + text(expected) + " at " + i + ", not " + version);
        return;
      }
    }
    if (found.size() < Math.min(promisedVersions, untilDelete(known))) {
      wrong.add("history too short", key + " has " + found.size() + " versions of " + known.size());
    }
  }

  /** A deleted key may go with all its past once that is old enough. */
  private static int untilDelete(List<Known> known) {
    int count = 0;
    while (count < known.size() && known.get(count).value() != null) {
      count++;
    }
    return count;
  }

  /** A known version was read at its own revision. */
  void checkPast(String key, Known version, @Nullable Stored found) {
    if (!isAsKnown(version, found)) {
      wrong.add("past read", key + " was " + text(version) + " then, and now is " + found);
    }
  }

  private static String text(@Nullable Known known) {
    return known == null ? "absent" : known.value() + " at " + known.revision();
  }
}
