package io.varve.mvcc;

/**
 * How large the unflushed data may grow. Bytes are estimated heap: key, value and overhead.
 *
 * @param flushBytes bytes at which a flush is asked for
 * @param flushCommits commits at which a flush is asked for
 * @param maxBytes bytes at which writers wait, and in the end are refused
 * @param largeCommit writes from which on a commit brings a generation of its own
 */
public record OverlayLimits(long flushBytes, long flushCommits, long maxBytes, int largeCommit) {
  /** From here on, filling a table takes longer than the commit lock should be held. */
  private static final int LARGE_COMMIT = 2_000;

  /** Throws {@link IllegalArgumentException} unless a flush comes before the bound. */
  public OverlayLimits {
    if (flushBytes < 1 || flushCommits < 1 || maxBytes <= flushBytes || largeCommit < 1) {
      throw new IllegalArgumentException(
          "Flush thresholds must be positive and lie below the bound of " + maxBytes + " bytes.");
    }
  }

  /** The usual size of a large commit. */
  public OverlayLimits(long flushBytes, long flushCommits, long maxBytes) {
    this(flushBytes, flushCommits, maxBytes, LARGE_COMMIT);
  }
}
