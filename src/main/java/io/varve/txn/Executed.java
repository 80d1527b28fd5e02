package io.varve.txn;

import io.varve.model.Revision;

/**
 * A closure that was run and committed.
 *
 * @param result what it returned
 * @param revision the revision of its commit; of its snapshot where it wrote nothing
 * @param wrote whether there is a commit
 * @param attempts how often it ran
 */
public record Executed<T>(T result, Revision revision, boolean wrote, int attempts) {}
