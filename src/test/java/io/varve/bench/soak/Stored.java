package io.varve.bench.soak;

/**
 * An entry as it was read.
 *
 * @param key its key
 * @param value its value
 * @param revision the revision that wrote it; 0 for what the transaction that reads has written
 */
record Stored(String key, String value, long revision) {}
