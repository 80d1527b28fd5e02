package io.varve.client;

/**
 * What a bulk load did.
 *
 * @param operations how many operations it had
 * @param chunks in how many commits
 * @param revision the revision of the last one; 0 if there was none
 */
public record BulkResult(long operations, long chunks, long revision) {}
