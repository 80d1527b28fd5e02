package io.varve.model;

/** What a store does at the moment. */
public enum StoreState {
  /** It reads and writes. */
  OPEN,
  /** It reads; writes are refused until an operator has looked. */
  READ_ONLY,
  /** It refuses everything. */
  CLOSED
}
