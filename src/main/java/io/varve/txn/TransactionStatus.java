package io.varve.txn;

import io.varve.model.Revision;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a transaction.
 *
 * @param id its id
 * @param state where it stands
 * @param lease how it runs, while it is open; else null
 * @param commit what was committed, if it was; else null
 * @param conflicts why it was refused, if it was; else none
 */
public record TransactionStatus(
    String id,
    TransactionState state,
    @Nullable Lease lease,
    @Nullable CommittedTransaction commit,
    List<Conflict> conflicts) {
  /**
   * An open transaction.
   *
   * @param isolation what it is protected from
   * @param label what the client calls it, or null
   * @param snapshot what it reads
   * @param expiresAt when it is rolled back
   */
  public record Lease(
      Isolation isolation, @Nullable String label, Revision snapshot, Instant expiresAt) {}

  static TransactionStatus open(String id, TransactionState state, Lease lease) {
    return new TransactionStatus(id, state, lease, null, List.of());
  }

  static TransactionStatus committed(CommittedTransaction commit) {
    return new TransactionStatus(commit.id(), TransactionState.COMMITTED, null, commit, List.of());
  }

  static TransactionStatus conflicted(String id, List<Conflict> conflicts) {
    return new TransactionStatus(id, TransactionState.CONFLICTED, null, null, conflicts);
  }

  static TransactionStatus ended(String id, TransactionState state) {
    return new TransactionStatus(id, state, null, null, List.of());
  }
}
