package io.varve.txn;

import io.varve.model.Revision;
import java.util.List;

/** How a commit ended. */
public sealed interface CommitResult {
  /**
   * Everything is visible and as durable as the settings promise.
   *
   * @param revision the revision of the commit; of the snapshot where nothing was written
   * @param wrote whether there is a commit at all
   */
  record Committed(Revision revision, boolean wrote) implements CommitResult {}

  /**
   * Nothing was written. The same transaction, run again, may succeed.
   *
   * @param conflicts why; at least one, not necessarily all
   */
  record Conflicted(List<Conflict> conflicts) implements CommitResult {}
}
