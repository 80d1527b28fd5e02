package io.varve.client;

/** A step of a transaction. Each sees the writes of those before it. */
public sealed interface Operation {
  /** Reads a key. */
  static Get get(String key) {
    return new Get(VarveKey.of(key));
  }

  /** Writes a text. */
  static Put put(String key, String text) {
    return put(key, VarveValue.text(text));
  }

  /** Writes a value. */
  static Put put(String key, VarveValue value) {
    return new Put(VarveKey.of(key), value);
  }

  /** Removes a key, if it is there. */
  static Delete delete(String key) {
    return new Delete(VarveKey.of(key));
  }

  /** Reads a range, at most {@link Scan#pageSize} entries of it. */
  static ReadRange scan(Scan scan) {
    return new ReadRange(scan);
  }

  /** Adds to the decimal integer that a key holds; a key that is not there counts as 0. */
  static Add add(String key, long delta) {
    return new Add(VarveKey.of(key), delta);
  }

  /** A step that writes and needs to read nothing, as batches and bulk loads have. */
  sealed interface Write extends Operation {}

  /** Reads a key; gives {@link OperationResult.Got}. */
  record Get(VarveKey key) implements Operation {}

  /** Writes a key; gives {@link OperationResult.Written}. */
  record Put(VarveKey key, VarveValue value) implements Write {}

  /** Removes a key; gives {@link OperationResult.Deleted}. */
  record Delete(VarveKey key) implements Write {}

  /** Reads a range; gives {@link OperationResult.Scanned}. */
  record ReadRange(Scan scan) implements Operation {}

  /** Adds to a number; gives {@link OperationResult.Added}. */
  record Add(VarveKey key, long delta) implements Operation {}
}
