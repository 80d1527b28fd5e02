package io.varve.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys from {@code start}, inclusive, to {@code end}, exclusive. Immutable.
 *
 * @param start the first key of the range, or null for no lower bound
 * @param end the first key past the range, or null for no upper bound
 */
public record KeyRange(@Nullable Key start, @Nullable Key end) {
  /** Every key. */
  public static final KeyRange ALL = new KeyRange(null, null);

  /** Throws {@code MALFORMED_REQUEST} if {@code start} lies above {@code end}. */
  public KeyRange {
    if (start != null && end != null && start.compareTo(end) > 0) {
      throw StoreErrors.malformed(
          "start", "The range is inverted: its start lies above its end. Swap the two.");
    }
  }

  /** Every key that begins with {@code prefix}. */
  public static KeyRange prefix(Key prefix) {
    byte[] bytes = prefix.array();
    int last = bytes.length - 1;
    while (last >= 0 && bytes[last] == (byte) 0xFF) {
      last--;
    }
    if (last < 0) {
      return new KeyRange(prefix, null);
    }
    byte[] end = Arrays.copyOf(bytes, last + 1);
    end[last]++;
    return new KeyRange(prefix, Key.wrap(end));
  }

  /** The range that holds {@code key} alone. */
  public static KeyRange single(Key key) {
    return new KeyRange(key, key.successor());
  }

  /** Whether {@code key} lies in this range. */
  public boolean contains(Key key) {
    return (start == null || start.compareTo(key) <= 0) && (end == null || key.compareTo(end) < 0);
  }

  /** Whether no key can lie in this range. */
  public boolean isEmpty() {
    return start != null && end != null && start.compareTo(end) >= 0;
  }
}
