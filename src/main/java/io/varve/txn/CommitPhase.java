package io.varve.txn;

/** What a commit spends its time with, in this order. */
public enum CommitPhase {
  /** Waiting to be let in: a delay while the engine is behind, or room for unflushed data. */
  ADMIT,
  /** Looking for conflicts, before anybody is kept waiting. */
  VALIDATE,
  /** Waiting for its turn: for the commit lock, and for the log writer to take it. */
  QUEUE,
  /** Getting a revision and a place in the overlay; with the log off becoming visible too. */
  APPLY,
  /** Being written to the log, and synced where that is asked for. */
  WAL,
  /** Becoming visible, and waking who waits for that. */
  PUBLISH
}
