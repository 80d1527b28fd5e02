package io.varve.mvcc;

import io.varve.model.OutcomeRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes on their way to a place in the commit order. A large number of them brings an overlay
 * generation of its own, which is filled here and only handed over under the commit lock, so that a
 * bulk load does not hold others up.
 */
public final class PreparedWrites {
  private final List<Write> writes;
  private final List<OutcomeRecord> outcomes;
  private final @Nullable OverlayGeneration generation;

  private PreparedWrites(
      List<Write> writes, List<OutcomeRecord> outcomes, @Nullable OverlayGeneration generation) {
    this.writes = writes;
    this.outcomes = outcomes;
    this.generation = generation;
  }

  /** Each key may be there once; {@code large} writes or more bring a generation. */
  static PreparedWrites of(List<Write> writes, List<OutcomeRecord> outcomes, int large) {
    List<Write> fixed = List.copyOf(writes);
    boolean isLarge = fixed.size() >= large;
    return new PreparedWrites(
        fixed, List.copyOf(outcomes), isLarge ? OverlayGeneration.prepare(fixed) : null);
  }

  List<Write> writes() {
    return writes;
  }

  List<OutcomeRecord> outcomes() {
    return outcomes;
  }

  /** The generation of a large commit, or null. */
  @Nullable OverlayGeneration generation() {
    return generation;
  }
}
