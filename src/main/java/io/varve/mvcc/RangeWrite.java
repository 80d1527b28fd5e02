package io.varve.mvcc;

import io.varve.model.Key;

/**
 * A recent write to a key of a range.
 *
 * @param key the key
 * @param revision the revision of the write
 */
public record RangeWrite(Key key, long revision) {}
