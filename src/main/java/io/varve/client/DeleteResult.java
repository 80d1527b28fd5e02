package io.varve.client;

/**
 * What a delete did.
 *
 * @param revision the revision that it made, or looked at where there was nothing to delete
 * @param deleted whether there was something to delete
 */
public record DeleteResult(long revision, boolean deleted) {}
