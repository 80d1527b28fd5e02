package io.varve.client;

/**
 * What a {@link OneShot} did.
 *
 * @param succeeded whether all conditions held
 * @param revision the revision that it made, or read where it wrote nothing
 * @param durableRevision what survives a power failure
 * @param results what the steps of the list that was done gave
 */
public record OneShotResult(
    boolean succeeded, long revision, long durableRevision, OperationResults results) {}
