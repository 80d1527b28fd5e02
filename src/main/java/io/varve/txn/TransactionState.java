package io.varve.txn;

/** Where a transaction stands. All but the first two are final. */
public enum TransactionState {
  /** It takes reads and writes. */
  ACTIVE,
  /** Its commit is under way. */
  COMMITTING,
  /** It is committed. */
  COMMITTED,
  /** Its commit was refused. */
  CONFLICTED,
  /** It was given up. */
  ROLLED_BACK,
  /** It was open for too long and was rolled back. */
  EXPIRED
}
