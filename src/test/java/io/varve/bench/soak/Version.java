package io.varve.bench.soak;

import org.jspecify.annotations.Nullable;

/**
 * One version in the history of a key.
 *
 * @param revision the revision that wrote it
 * @param value its value, or null where it deleted the key
 */
record Version(long revision, @Nullable String value) {}
