package io.varve.bench;

import java.util.Map;
import java.util.WeakHashMap;

/** Checks that a store holds what was committed: a benchmark of a store that loses data is none. */
final class Counted {
  private static final Map<Contender, Long> EXPECTED = new WeakHashMap<>();

  private Counted() {}

  static synchronized void check(Contender contender, long committed, long counted) {
    long expected = EXPECTED.merge(contender, committed, Long::sum);
    if (expected != counted) {
      throw new IllegalStateException(
          contender.name() + " holds " + counted + " increments of " + expected + " committed");
    }
  }
}
