package io.varve.client;

/** What a transaction is protected from. */
public enum Isolation {
  /** As if transactions ran one after the other. */
  SERIALIZABLE,
  /** All reads see one revision and no write is lost; write skew is possible. */
  SNAPSHOT
}
