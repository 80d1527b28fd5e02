package io.varve.txn;

/** How a transaction ended. */
public enum TransactionOutcome {
  /** Its writes are visible, or it had none. */
  COMMITTED,
  /** Another transaction got into its way. */
  CONFLICT,
  /** Its owner gave it up, or what ran in it threw. */
  ABORTED,
  /** It was open for longer than its timeout. */
  EXPIRED,
  /** Its commit failed, or nobody knows whether it did. */
  ERROR
}
