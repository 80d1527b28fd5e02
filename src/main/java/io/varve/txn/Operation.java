package io.varve.txn;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Value;

/** One step of a one-shot transaction. */
public sealed interface Operation {
  /**
   * Reads a key.
   *
   * @param key which
   */
  record Get(Key key) implements Operation {}

  /**
   * Writes a key.
   *
   * @param key which
   * @param value what
   */
  record Put(Key key, Value value) implements Operation {}

  /**
   * Removes a key, there or not.
   *
   * @param key which
   */
  record Delete(Key key) implements Operation {}

  /**
   * Reads the first entries of a range.
   *
   * @param range which
   * @param limit entries at most
   * @param reverse from the highest key down
   * @param keysOnly with empty values, which do not count
   */
  record Scan(KeyRange range, int limit, boolean reverse, boolean keysOnly) implements Operation {
    /** With the values. */
    public Scan(KeyRange range, int limit, boolean reverse) {
      this(range, limit, reverse, false);
    }
  }

  /**
   * Adds to a decimal integer in UTF-8; a key that does not exist counts as 0.
   *
   * @param key which
   * @param delta how much
   */
  record Add(Key key, long delta) implements Operation {}
}
