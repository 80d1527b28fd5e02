package io.varve.bench;

/**
 * How long it took to fill stores.
 *
 * @param stores that were filled, one after the other
 * @param acknowledgedNanos up to the last acknowledgement, added up
 * @param flushedNanos until everything was where it stays, added up
 */
record BulkTime(long stores, long acknowledgedNanos, long flushedNanos) {
  static final BulkTime ZERO = new BulkTime(0, 0, 0);

  BulkTime plus(BulkTime other) {
    return new BulkTime(
        stores + other.stores,
        acknowledgedNanos + other.acknowledgedNanos,
        flushedNanos + other.flushedNanos);
  }
}
