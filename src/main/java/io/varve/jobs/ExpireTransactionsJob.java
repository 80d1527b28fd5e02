package io.varve.jobs;

import io.varve.mvcc.MvccStore;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.ReadLeases;
import io.varve.txn.TransactionRegistry;

/**
 * Ends what was left open or kept for long enough: transactions, revisions kept for the next page,
 * outcomes of requests.
 */
public final class ExpireTransactionsJob implements Job<Integer> {
  private final MvccTransactionManager transactions;
  private final TransactionRegistry registry;
  private final ReadLeases leases;
  private final MvccStore store;

  /** A job over these. */
  public ExpireTransactionsJob(
      MvccTransactionManager transactions,
      TransactionRegistry registry,
      ReadLeases leases,
      MvccStore store) {
    this.transactions = transactions;
    this.registry = registry;
    this.leases = leases;
    this.store = store;
  }

  @Override
  public String name() {
    return "expire";
  }

  /** Returns how many it ended. */
  @Override
  public Integer runOnce() {
    int transactionsEnded = registry.expireOverdue() + transactions.expireOverdue();
    return transactionsEnded + leases.expireOverdue() + store.expireOutcomes();
  }
}
