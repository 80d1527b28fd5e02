package io.varve.web;

import java.time.Duration;

/**
 * What one request may bring and take.
 *
 * @param requestBytes bytes of a JSON body, and of a line of a bulk load
 * @param resultBytes bytes of keys and values in one answer to a transaction or a history
 * @param pageBytes bytes of keys and values at which a page ends
 * @param pageEntries entries of a page at most
 * @param pageEntriesDefault entries of a page where the request does not say
 * @param pageLease how long the revision of a page stays readable for the next page
 * @param attempts how often the server runs a request that conflicts
 * @param bytesInFlight bytes of bodies and answers that all requests together may hold
 * @param idempotencyKeep how long the answer to a request with an idempotency key is kept
 * @param concurrency how many calls of each kind run at a time
 * @param pools how many threads long work has
 */
public record WebLimits(
    long requestBytes,
    long resultBytes,
    long pageBytes,
    int pageEntries,
    int pageEntriesDefault,
    Duration pageLease,
    int attempts,
    long bytesInFlight,
    Duration idempotencyKeep,
    ConcurrencySettings concurrency,
    PoolSettings pools) {}
