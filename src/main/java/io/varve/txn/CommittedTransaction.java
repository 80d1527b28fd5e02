package io.varve.txn;

import io.varve.model.Revision;

/**
 * A transaction that is committed.
 *
 * @param id its id
 * @param revision of its commit; what it read, where it wrote nothing
 * @param wrote whether it wrote anything
 * @param durable what survived power failure when it was committed
 */
public record CommittedTransaction(String id, Revision revision, boolean wrote, Revision durable) {
  CommittedTransaction at(Revision commit, boolean durableWithCommit) {
    return new CommittedTransaction(id, commit, wrote, durableWithCommit ? commit : durable);
  }
}
