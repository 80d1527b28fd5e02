package io.varve.jobs;

import io.varve.txn.MvccTransactionManager;
import io.varve.txn.ReadLeases;

/** Ends what was left open for too long: transactions, and revisions kept for the next page. */
public final class ExpireTransactionsJob implements Job<Integer> {
  private final MvccTransactionManager transactions;
  private final ReadLeases leases;

  /** A job over these two. */
  public ExpireTransactionsJob(MvccTransactionManager transactions, ReadLeases leases) {
    this.transactions = transactions;
    this.leases = leases;
  }

  @Override
  public String name() {
    return "expire";
  }

  /** Returns how many it ended. */
  @Override
  public Integer runOnce() {
    return transactions.expireOverdue() + leases.expireOverdue();
  }
}
