package io.varve.client;

import org.jspecify.annotations.Nullable;

/**
 * What has become of a transaction.
 *
 * @param id its id
 * @param state whether it can be used, and how it ended if not
 * @param revision the revision that it made; null where there is none
 */
public record TransactionStatus(String id, TransactionState state, @Nullable Long revision) {}
