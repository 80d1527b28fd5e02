package io.varve.txn;

import io.varve.model.Key;
import io.varve.model.Revision;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.Snapshot;
import io.varve.mvcc.Write;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Commits the chunks of one load, without deletes of keys that are not there: as everywhere, they
 * make no version, and a chunk of nothing else no revision. Used by one thread.
 */
final class BulkChunks {
  private final MvccStore store;
  private final CommitPipeline pipeline;
  private final @Nullable String label;

  /** The chunk before, which may not be visible yet. All before it are. */
  private List<Write> before = List.of();

  BulkChunks(MvccStore store, CommitPipeline pipeline, @Nullable String label) {
    this.store = store;
    this.pipeline = pipeline;
    this.label = label;
  }

  /**
   * Puts a chunk, with each key once, in order; what this returns waits until it is committed. The
   * caller has waited for all chunks but the one before.
   */
  Supplier<Revision> begin(List<Write> chunk) {
    List<Write> changes = changesOf(chunk);
    before = changes;
    return changes.isEmpty() ? store::visible : pipeline.beginBlind(changes, label);
  }

  private List<Write> changesOf(List<Write> chunk) {
    if (chunk.stream().noneMatch(write -> write.value() == null)) {
      return chunk;
    }
    Set<Key> beingPut = new HashSet<>();
    before.stream().filter(write -> write.value() != null).map(Write::key).forEach(beingPut::add);
    List<Write> changes = new ArrayList<>(chunk);
    try (Snapshot newest = store.snapshot()) {
      changes.removeIf(
          write ->
              write.value() == null
                  && !beingPut.contains(write.key())
                  && newest.get(write.key()) == null);
    }
    return changes;
  }
}
