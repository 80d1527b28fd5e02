package io.varve.client;

/**
 * A part of a bulk load that is committed.
 *
 * @param chunk its number, from 1
 * @param operations how many operations it had
 * @param revision the revision that it made
 * @param operationsPerSecond how fast it was written
 * @param operationsSoFar operations of the whole load that are committed with it
 */
public record BulkChunk(
    long chunk, long operations, long revision, double operationsPerSecond, long operationsSoFar) {}
