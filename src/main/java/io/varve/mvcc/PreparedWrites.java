package io.varve.mvcc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes on their way to a place in the commit order. A large number of them brings an overlay
 * generation of its own, which is filled here and only handed over under the commit lock, so that a
 * bulk load does not hold others up.
 */
public final class PreparedWrites {
  private final List<Write> writes;
  private final @Nullable OverlayGeneration generation;

  private PreparedWrites(List<Write> writes, @Nullable OverlayGeneration generation) {
    this.writes = writes;
    this.generation = generation;
  }

  /** Each key may be there once; {@code large} writes or more bring a generation. */
  static PreparedWrites of(List<Write> writes, int large) {
    List<Write> fixed = List.copyOf(writes);
    boolean isLarge = fixed.size() >= large;
    return new PreparedWrites(fixed, isLarge ? OverlayGeneration.prepare(fixed) : null);
  }

  List<Write> writes() {
    return writes;
  }

  /** The generation of a large commit, or null. */
  @Nullable OverlayGeneration generation() {
    return generation;
  }
}
