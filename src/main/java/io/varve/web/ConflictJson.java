package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.txn.Conflict;
import org.jspecify.annotations.Nullable;

/** A conflict as clients see it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Conflict", description = "Why a transaction was refused.")
record ConflictJson(
    @Schema(
            description =
                "The key that both were after; left out where the transaction was too old to tell.",
            example = "users/42")
        @Nullable Bytes key,
    @Schema(
            description =
                "How they met: both wrote the key, the other wrote what this one had read, or a key"
                    + " in a range that it had scanned, or this one is too old to tell.",
            example = "READ_WRITE",
            allowableValues = {"WRITE_WRITE", "READ_WRITE", "RANGE", "TOO_OLD"})
        String kind,
    @Schema(description = "What this transaction had read.", example = "905") long snapshotRevision,
    @Schema(
            description =
                "The revision of the other one; for `TOO_OLD`, the oldest snapshot that can be"
                    + " checked.",
            example = "913")
        long conflictRevision,
    @Schema(description = "The id of the other one, if it has one.", example = "3f2a9c01d4e5b678")
        @Nullable String transactionId,
    @Schema(description = "The label of the other one, if it has one.", example = "billing")
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
