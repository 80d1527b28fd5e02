package io.varve.client;

import org.jspecify.annotations.Nullable;

/**
 * Which keys to read, and in which order. Immutable.
 *
 * @param prefix what the keys begin with; null where a range or everything is meant
 * @param start the first key; null for the very first
 * @param end the key to stop before; null for none
 * @param reverse whether the last key comes first
 * @param pageSize entries that one request fetches, at most; null for the server's default
 */
public record Scan(
    @Nullable VarveKey prefix,
    @Nullable VarveKey start,
    @Nullable VarveKey end,
    boolean reverse,
    @Nullable Integer pageSize) {
  public Scan {
    if (pageSize != null && pageSize < 1) {
      throw new IllegalArgumentException("pageSize must be at least 1: " + pageSize);
    }
  }

  /** All keys. */
  public static Scan all() {
    return new Scan(null, null, null, false, null);
  }

  /** The keys that begin with {@code prefix}; all keys where it is empty. */
  public static Scan prefix(String prefix) {
    return prefix.isEmpty() ? all() : prefix(VarveKey.of(prefix));
  }

  /** The keys that begin with {@code prefix}. */
  public static Scan prefix(VarveKey prefix) {
    return new Scan(prefix, null, null, false, null);
  }

  /** The keys from {@code start} to before {@code end}. */
  public static Scan range(String start, String end) {
    return range(VarveKey.of(start), VarveKey.of(end));
  }

  /** The keys from {@code start}, or the first, to before {@code end}, or through the last. */
  public static Scan range(@Nullable VarveKey start, @Nullable VarveKey end) {
    return new Scan(null, start, end, false, null);
  }

  /** The same keys in the other order. */
  public Scan reversed() {
    return new Scan(prefix, start, end, !reverse, pageSize);
  }

  /** The same with so many entries to a request, at most. In a transaction's list: in all. */
  public Scan pageSize(int entries) {
    return new Scan(prefix, start, end, reverse, entries);
  }
}
