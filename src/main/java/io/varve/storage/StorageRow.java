package io.varve.storage;

/**
 * A key and its value, as stored. Arrays are the caller's own.
 *
 * @param key the key
 * @param value the value
 */
@SuppressWarnings("ArrayRecordComponent") // carried from one call to the next, never compared
public record StorageRow(byte[] key, byte[] value) {}
