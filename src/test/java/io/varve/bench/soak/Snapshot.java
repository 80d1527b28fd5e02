package io.varve.bench.soak;

import java.util.List;

/**
 * Everything in a span at one revision.
 *
 * @param revision which
 * @param entries in the order they came
 */
record Snapshot(long revision, List<Stored> entries) {
  Snapshot {
    entries = List.copyOf(entries);
  }
}
