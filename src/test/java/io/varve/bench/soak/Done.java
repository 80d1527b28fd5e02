package io.varve.bench.soak;

/**
 * A transaction that is committed.
 *
 * @param result what its work returned
 * @param revision the revision that it made
 * @param conflicts how often it had to be run again
 */
record Done<T>(T result, long revision, int conflicts) {}
