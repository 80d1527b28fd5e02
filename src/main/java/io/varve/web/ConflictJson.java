package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.varve.txn.Conflict;
import org.jspecify.annotations.Nullable;

/**
 * A conflict as clients see it.
 *
 * @param key the key both were after; left out where the transaction was too old to tell
 * @param kind how they met
 * @param snapshotRevision what this transaction had read
 * @param conflictRevision the revision of the other one
 * @param transactionId the id of the other one, if it has one
 * @param label the label of the other one, if it has one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ConflictJson(
    @Nullable Bytes key,
    String kind,
    long snapshotRevision,
    long conflictRevision,
    @Nullable String transactionId,
    @Nullable String label) {
  static ConflictJson of(Conflict conflict) {
    return new ConflictJson(
        conflict.key() == null ? null : Bytes.of(conflict.key()),
        conflict.kind().name(),
        conflict.snapshotRevision().value(),
        conflict.conflictRevision().value(),
        conflict.transactionId(),
        conflict.label());
  }
}
