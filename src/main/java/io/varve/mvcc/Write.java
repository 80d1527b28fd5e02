package io.varve.mvcc;

import io.varve.model.Key;
import io.varve.model.Value;
import org.jspecify.annotations.Nullable;

/**
 * One key changed by a commit.
 *
 * @param key the key
 * @param value its new value, or null to delete it
 */
public record Write(Key key, @Nullable Value value) {
  /** Bytes of key and value. */
  public int bytes() {
    return key.length() + (value == null ? 0 : value.length());
  }
}
