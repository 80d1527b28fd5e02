package io.varve.access;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of keys, as ranges that neither touch nor overlap, in order. So a range of keys lies in the
 * set exactly if it lies in one of them. Immutable.
 */
final class KeyRanges {
  /** No key. */
  static final KeyRanges NONE = new KeyRanges(List.of());

  private final List<KeyRange> ranges;

  private KeyRanges(List<KeyRange> ranges) {
    this.ranges = ranges;
  }

  /** The keys of all of these ranges. */
  static KeyRanges of(Collection<KeyRange> parts) {
    List<KeyRange> sorted = new ArrayList<>(parts);
    sorted.removeIf(KeyRange::isEmpty);
    sorted.sort(Comparator.comparing(KeyRange::start, Comparator.nullsFirst(Key::compareTo)));
    List<KeyRange> joined = new ArrayList<>();
    for (KeyRange next : sorted) {
      KeyRange last = joined.isEmpty() ? null : joined.getLast();
      if (last != null && reaches(last.end(), next.start())) {
        joined.removeLast();
        joined.add(new KeyRange(last.start(), later(last.end(), next.end())));
      } else {
        joined.add(next);
      }
    }
    return new KeyRanges(List.copyOf(joined));
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Whether every key of {@code asked} is in the set; of an empty set not even no key is. */
  boolean cover(KeyRange asked) {
    for (KeyRange range : ranges) {
      if (asked.isEmpty() || holds(range, asked)) {
        return true;
      }
    }
    return false;
  }

  private static boolean holds(KeyRange range, KeyRange asked) {
    boolean fromStart =
        range.start() == null
            || (asked.start() != null && range.start().compareTo(asked.start()) <= 0);
    return fromStart && (range.end() == null || isAtMost(asked.end(), range.end()));
  }

  /** Of two ends, where null is beyond all keys. */
  private static boolean isAtMost(@Nullable Key end, Key bound) {
    return end != null && end.compareTo(bound) <= 0;
  }

  /** Whether nothing lies between an end and the start of a range that is not before it. */
  private static boolean reaches(@Nullable Key end, @Nullable Key start) {
    return end == null || start == null || start.compareTo(end) <= 0;
  }

  private static @Nullable Key later(@Nullable Key one, @Nullable Key other) {
    if (one == null || other == null) {
      return null;
    }
    return one.compareTo(other) >= 0 ? one : other;
  }
}
