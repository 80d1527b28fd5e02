package io.varve.jobs;

import io.varve.txn.StoreSession;
import io.varve.txn.StoreSessions;

/**
 * Ends what was left open or kept for long enough: transactions, revisions kept for the next page,
 * outcomes of requests, holds.
 */
public final class ExpireTransactionsJob implements Job<Integer> {
  private final StoreSessions sessions;

  /** A job over these. */
  public ExpireTransactionsJob(StoreSessions sessions) {
    this.sessions = sessions;
  }

  @Override
  public String name() {
    return "expire";
  }

  /** Returns how many it ended. */
  @Override
  public Integer runOnce() {
    StoreSession now = sessions.current();
    int transactionsEnded = now.registry().expireOverdue() + now.transactions().expireOverdue();
    int keptEnded = now.store().expireOutcomes() + now.store().holds().expireOverdue();
    return transactionsEnded + now.leases().expireOverdue() + keptEnded;
  }
}
