package io.varve.txn;

/** What a transaction is protected from. */
public enum Isolation {
  /** As if transactions ran one after the other: neither write skew nor phantoms. */
  SERIALIZABLE,
  /** All reads see one revision and no write is lost; write skew is possible. */
  SNAPSHOT,
  /** All reads see one revision; writes are refused. Never conflicts. */
  READ_ONLY
}
