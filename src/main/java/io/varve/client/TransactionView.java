package io.varve.client;

import java.util.List;

/** Reads and writes within a transaction. For one thread at a time. */
public interface TransactionView extends EntryReader {
  /** Writes a key when the transaction commits. */
  void put(VarveKey key, VarveValue value);

  /** Writes a key when the transaction commits. */
  default void put(String key, VarveValue value) {
    put(VarveKey.of(key), value);
  }

  /** Writes a text when the transaction commits. */
  default void put(String key, String text) {
    put(VarveKey.of(key), VarveValue.text(text));
  }

  /** Removes a key when the transaction commits. */
  void delete(VarveKey key);

  /** Removes a key when the transaction commits. */
  default void delete(String key) {
    delete(VarveKey.of(key));
  }

  /** Does several steps in one request. */
  OperationResults run(List<Operation> operations);

  /** Does several steps in one request. */
  default OperationResults run(Operation... operations) {
    return run(List.of(operations));
  }

  /** The revision that is read. */
  long snapshotRevision();
}
