package io.varve.txn;

import io.varve.model.Key;
import io.varve.model.Revision;
import io.varve.model.StoreException;
import io.varve.model.TransactionErrors;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a transaction was refused.
 *
 * @param key the key both were after, or null where the transaction was too old to tell
 * @param kind how they met
 * @param snapshotRevision what this transaction had read
 * @param conflictRevision the revision of the other one; for {@code TOO_OLD} the oldest snapshot
 *     that can still be checked
 * @param transactionId the id of the other one, if it has one
 * @param label the label of the other one, if it has one
 */
public record Conflict(
    @Nullable Key key,
    ConflictKind kind,
    Revision snapshotRevision,
    Revision conflictRevision,
    @Nullable String transactionId,
    @Nullable String label) {
  /** The error for a transaction that met these, at least one. */
  static StoreException error(List<Conflict> conflicts) {
    return TransactionErrors.conflict(
        conflicts.getFirst().describe(), Map.of("conflicts", conflicts));
  }

  /** The sentence for the user. */
  public String describe() {
    if (kind == ConflictKind.TOO_OLD) {
      return "The transaction read revision "
          + snapshotRevision
          + "; conflicts are remembered from revision "
          + conflictRevision
          + " on. Run it again.";
    }
    String subject =
        kind == ConflictKind.RANGE ? "Key " + key + " in a scanned range" : "Key " + key;
    return subject
        + " was written at revision "
        + conflictRevision
        + ", after this transaction's snapshot "
        + snapshotRevision
        + ".";
  }
}
