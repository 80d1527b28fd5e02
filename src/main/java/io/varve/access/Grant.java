package io.varve.access;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /**
   * The grants of somebody with several roles.
   *
   * @param prefixes what the keys begin with that his roles are about; null for every key
   * @param writePrefixes what those begin with that he may write, where these are fewer: of the
   *     others he is a reader. Null for the same
   */
  public static List<Grant> of(
      Collection<Role> roles, @Nullable List<Key> prefixes, @Nullable List<Key> writePrefixes) {
    List<Grant> grants = new ArrayList<>();
    for (Role role : roles) {
      if (!role.isOfKeys()) {
        grants.add(everywhere(role));
      } else if (role == Role.WRITER && writePrefixes != null) {
        grants.add(on(Role.READER, prefixes));
        grants.add(below(role, writePrefixes));
      } else {
        grants.add(on(role, prefixes));
      }
    }
    return List.copyOf(grants);
  }

  private static Grant on(Role role, @Nullable List<Key> prefixes) {
    return prefixes == null ? everywhere(role) : below(role, prefixes);
  }
}
