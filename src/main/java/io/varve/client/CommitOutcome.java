package io.varve.client;

import java.util.List;

/** How the commit of a transaction ended. Whatever is no {@link Committed} left nothing behind. */
public sealed interface CommitOutcome {
  /**
   * All it wrote is there.
   *
   * @param revision the revision that it made, or read where it wrote nothing
   * @param durableRevision what survives a power failure
   */
  record Committed(long revision, long durableRevision) implements CommitOutcome {}

  /**
   * It met another transaction. A new one may succeed.
   *
   * @param conflicts whom it met; may be empty where it was asked for later
   * @param problem what the server said
   */
  record Conflicted(List<Conflict> conflicts, Problem problem) implements CommitOutcome {
    public Conflicted {
      conflicts = List.copyOf(conflicts);
    }
  }

  /**
   * It expired, was rolled back, or was open when the server stopped. A new one may succeed.
   *
   * @param problem what the server said
   */
  record RolledBack(Problem problem) implements CommitOutcome {}
}
