package io.varve.txn;

/**
 * Hears of transactions and commits. Called on the thread that causes an event, for every
 * transaction: return at once. What it throws is reported and otherwise ignored.
 */
public interface TransactionListener {
  /** Hears nothing. */
  TransactionListener NONE = new TransactionListener() {};

  /**
   * A transaction begins; whether the phases of its commit are to be timed. Each look at the clock
   * costs a part of what a small commit does.
   */
  default boolean begun() {
    return false;
  }

  /** A transaction is over. */
  default void ended(TransactionEnd end) {}

  /**
   * A group of commits was written to the log.
   *
   * @param commits in the group
   * @param bytes of their keys, values and outcomes
   */
  default void groupLogged(int commits, long bytes) {}
}
