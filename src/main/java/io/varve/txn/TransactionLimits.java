package io.varve.txn;

import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.StoreErrors;
import io.varve.model.Value;

/**
 * What one transaction, and all of them together, may take.
 *
 * @param maxKeyBytes bytes of a key
 * @param maxValueBytes bytes of a value
 * @param maxOperations reads and writes of a transaction
 * @param maxBytes bytes of keys and values that a transaction writes
 * @param maxActive transactions open at a time
 */
public record TransactionLimits(
    int maxKeyBytes, int maxValueBytes, int maxOperations, long maxBytes, int maxActive) {
  /** The limits of the service unless configured otherwise. */
  public static final TransactionLimits DEFAULTS =
      new TransactionLimits(4096, 8 << 20, 10_000, 16L << 20, 10_000);

  /** Throws {@code KEY_TOO_LARGE}. */
  public void check(Key key) {
    if (key.length() > maxKeyBytes) {
      throw StoreErrors.tooLarge(
          ErrorCode.KEY_TOO_LARGE, "The key", "bytes", maxKeyBytes, key.length());
    }
  }

  /** Throws {@code VALUE_TOO_LARGE}. */
  public void check(Value value) {
    if (value.length() > maxValueBytes) {
      throw StoreErrors.tooLarge(
          ErrorCode.VALUE_TOO_LARGE, "The value", "bytes", maxValueBytes, value.length());
    }
  }

  void checkOperations(int operations) {
    if (operations > maxOperations) {
      throw StoreErrors.tooLarge(
          ErrorCode.TRANSACTION_TOO_LARGE,
          "The transaction",
          "operations long",
          maxOperations,
          operations);
    }
  }

  void checkBytes(long bytes) {
    if (bytes > maxBytes) {
      throw StoreErrors.tooLarge(
          ErrorCode.TRANSACTION_TOO_LARGE, "The transaction", "bytes large", maxBytes, bytes);
    }
  }
}
