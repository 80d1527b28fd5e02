package io.varve.model;

/**
 * A key that exists, as a reader sees it.
 *
 * @param key the key
 * @param value its value
 * @param revision the revision of the commit that wrote the value
 */
public record Entry(Key key, Value value, Revision revision) {}
