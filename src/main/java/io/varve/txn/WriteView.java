package io.varve.txn;

import io.varve.model.Key;
import io.varve.model.Value;

/** A {@link ReadView} that takes writes, which become visible together at the commit. */
public interface WriteView extends ReadView {
  /**
   * Writes a value. Throws {@code KEY_TOO_LARGE}, {@code VALUE_TOO_LARGE} or {@code
   * TRANSACTION_TOO_LARGE}, and then the transaction is as it was before.
   */
  void put(Key key, Value value);

  /** Removes a key, there or not. Throws as {@link #put} does. */
  void delete(Key key);
}
