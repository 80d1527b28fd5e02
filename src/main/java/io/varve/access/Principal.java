package io.varve.access;

import io.varve.model.KeyRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Who calls, and what he may do. Two are the same caller exactly if their ids are equal, whatever
 * they may do at the time. Immutable.
 */
public final class Principal {
  /*
   * All of access comes down to allows(): one action on one range of keys. A request that does more
   * is taken apart into such pairs before any of it is done, and each pair is asked for. Nothing
   * else decides, and nothing is decided from a path or from what is stored.
   */

  /** Everybody, where nobody has to say who he is. May do everything. */
  public static final Principal ANONYMOUS =
      new Principal("", "anonymous", Arrays.stream(Role.values()).map(Grant::everywhere).toList());

  private final String id;
  private final String name;
  private final Map<Action, KeyRanges> allowed = new EnumMap<>(Action.class);

  /**
   * A caller.
   *
   * @param id what no other caller has, also over restarts
   * @param name what people call him; for the audit log and messages
   * @param grants what he may do
   */
  public Principal(String id, String name, List<Grant> grants) {
    this.id = id;
    this.name = name;
    for (Action action : Action.values()) {
      List<KeyRange> ranges = new ArrayList<>();
      for (Grant grant : grants) {
        if (grant.role().includes(action)) {
          ranges.addAll(grant.ranges());
        }
      }
      allowed.put(action, KeyRanges.of(ranges));
    }
  }

  /** What no other caller has. */
  public String id() {
    return id;
  }

  /** What people call him. */
  public String name() {
    return name;
  }

  /**
   * Whether he may do this with every key of {@code range}; with the service as a whole, where the
   * action is not about keys and the range is {@link KeyRange#ALL}.
   */
  public boolean allows(Action action, KeyRange range) {
    return of(action).cover(range);
  }

  /** Whether there is any key with which he may do this. */
  public boolean allowsSome(Action action) {
    return !of(action).isEmpty();
  }

  private KeyRanges of(Action action) {
    return allowed.getOrDefault(action, KeyRanges.NONE);
  }

  @Override
  public String toString() {
    return name;
  }
}
