package io.varve.txn;

/** How two transactions got into each other's way. */
public enum ConflictKind {
  /** Both wrote the key. */
  WRITE_WRITE,
  /** The other one wrote a key that this one had read. */
  READ_WRITE,
  /** The other one wrote a key in a range that this one had scanned. */
  RANGE,
  /** This one is older than what the store remembers, so that it cannot be checked. */
  TOO_OLD
}
