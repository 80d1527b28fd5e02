package io.varve.model;

/**
 * How much a scan returns at a time, and in which order.
 *
 * @param limit entries at most, 1 or more
 * @param maxBytes bytes of keys and values after which a page ends; it may exceed them by one entry
 * @param reverse from the highest key down
 * @param keysOnly with empty values, which are not read and do not count
 */
public record ScanOptions(int limit, long maxBytes, boolean reverse, boolean keysOnly) {
  /** Throws {@link IllegalArgumentException} unless both bounds are positive. */
  public ScanOptions {
    if (limit < 1 || maxBytes < 1) {
      throw new IllegalArgumentException("limit and maxBytes must be positive");
    }
  }

  /** With the values. */
  public ScanOptions(int limit, long maxBytes, boolean reverse) {
    this(limit, maxBytes, reverse, false);
  }

  /** Upwards, {@code limit} entries of whatever size. */
  public static ScanOptions first(int limit) {
    return new ScanOptions(limit, Long.MAX_VALUE, false);
  }

  /** Downwards, {@code limit} entries of whatever size. */
  public static ScanOptions last(int limit) {
    return new ScanOptions(limit, Long.MAX_VALUE, true);
  }
}
