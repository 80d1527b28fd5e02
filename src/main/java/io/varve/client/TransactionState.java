package io.varve.client;

/** What has become of a transaction. */
public enum TransactionState {
  /** It can be used. */
  ACTIVE,
  /** All it wrote is there. */
  COMMITTED,
  /** It met another one; nothing of it is there. */
  CONFLICTED,
  /** It was given up; nothing of it is there. */
  ROLLED_BACK,
  /** It took too long; nothing of it is there. */
  EXPIRED
}
