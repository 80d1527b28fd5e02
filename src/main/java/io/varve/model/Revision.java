package io.varve.model;

/**
 * A point in the commit order; larger is newer. {@link #ZERO} precedes every commit.
 *
 * @param value 0 to 2^53 - 1, so that every JSON reader can hold it
 */
public record Revision(long value) implements Comparable<Revision> {
  /** The largest revision there is: 2^53 - 1. */
  public static final long MAX_VALUE = (1L << 53) - 1;

  /** The empty store, before any commit. */
  public static final Revision ZERO = new Revision(0);

  /** Throws {@link IllegalArgumentException} outside 0 to 2^53 - 1. */
  public Revision {
    if (value < 0 || value > MAX_VALUE) {
      throw new IllegalArgumentException("A revision must be 0 to 2^53 - 1, not " + value + ".");
    }
  }

  @Override
  public int compareTo(Revision other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
