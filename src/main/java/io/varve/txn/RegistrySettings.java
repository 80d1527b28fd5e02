package io.varve.txn;

import java.time.Duration;

/**
 * Bounds of a {@link TransactionRegistry}.
 *
 * @param maxTimeout the longest lease that a client may ask for
 * @param maxOpenBytes heap bytes of what open transactions have read and written, estimated; above
 *     it they take no more calls but commit and rollback
 * @param keep how long the outcome of a transaction can be asked for
 * @param maxEnded ended transactions that are remembered in the heap
 * @param commitTimeout how long to wait for a commit that is on its way
 */
public record RegistrySettings(
    Duration maxTimeout, long maxOpenBytes, Duration keep, int maxEnded, Duration commitTimeout) {}
