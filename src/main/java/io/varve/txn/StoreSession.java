package io.varve.txn;

import io.varve.mvcc.MvccStore;

/**
 * An open store and all that works on it. When the store is opened again or replaced, a new session
 * takes the place of this one; what is left of this one then refuses everybody.
 *
 * @param store the store
 * @param transactions its transactions
 * @param registry those of them that take many calls
 * @param outcomes what became of requests
 * @param leases revisions kept for the next page
 * @param pageSecret what its page tokens are signed with
 */
@SuppressWarnings("ArrayRecordComponent") // compared by identity alone
public record StoreSession(
    MvccStore store,
    MvccTransactionManager transactions,
    TransactionRegistry registry,
    RequestOutcomes outcomes,
    ReadLeases leases,
    byte[] pageSecret) {
  /** Makes the session of a store that was just opened. */
  public interface Factory {
    /** A session over {@code store}. */
    StoreSession over(MvccStore store);
  }

  /** Ends it in good order: what is acknowledged is flushed, and the engine closed. */
  void close() {
    leases.close();
    transactions.close();
  }

  /** The same, for another session to take its place; {@code reason} is what callers hear. */
  void closeToBeReplaced(String reason) {
    leases.close();
    transactions.closeToBeReplaced(reason);
  }

  /** Ends it without writing anything, after a failure. */
  void abandon(String reason) {
    leases.close();
    transactions.abandon(reason);
  }
}
