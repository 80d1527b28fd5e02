package io.varve.model;

/** What a store does at the moment. */
public enum StoreState {
  /** It reads and writes. */
  OPEN,
  /** It reads; writes are refused until it is opened again, or until an operator has looked. */
  READ_ONLY,
  /** It is being opened again after an error, and refuses everything meanwhile. */
  REOPENING,
  /** It is being replaced by a checkpoint, and refuses everything meanwhile. */
  RESTORING,
  /** It refuses everything. */
  CLOSED
}
