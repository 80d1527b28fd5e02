package io.varve.client;

import org.jspecify.annotations.Nullable;

/**
 * Why a transaction could not commit.
 *
 * @param key the key that both were after; null where the transaction was too old to tell
 * @param kind how they met, such as {@code READ_WRITE}
 * @param snapshotRevision what the transaction had read
 * @param conflictRevision the revision of the other one
 */
public record Conflict(
    @Nullable VarveKey key, String kind, long snapshotRevision, long conflictRevision) {}
