package io.varve.access;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import java.util.List;

/**
 * A role on some keys. A role that is not about keys is worth something only on all of them.
 *
 * @param role what may be done
 * @param ranges with which keys
 */
public record Grant(Role role, List<KeyRange> ranges) {
  /** Copies the list. */
  public Grant {
    ranges = List.copyOf(ranges);
  }

  /** A role on every key. */
  public static Grant everywhere(Role role) {
    return new Grant(role, List.of(KeyRange.ALL));
  }

  /** A role on the keys that begin with one of {@code prefixes}. */
  public static Grant below(Role role, List<Key> prefixes) {
    return new Grant(role, prefixes.stream().map(KeyRange::prefix).toList());
  }
}
