package io.varve.client;

/**
 * What a batch did.
 *
 * @param revision the revision that it made
 * @param durableRevision what survives a power failure
 * @param operations how many operations it had
 */
public record BatchResult(long revision, long durableRevision, long operations) {}
