package io.varve.txn;

import java.time.Duration;

/**
 * The feedback rule of {@link AdaptiveBatch}.
 *
 * @param minChunk entries of a chunk at least
 * @param maxChunk entries of a chunk at most
 * @param initialMin where the first chunk starts at least
 * @param initialMax where the first chunk starts at most
 * @param maxBytes bytes of keys and values at which a chunk ends in any case
 * @param targetRsd relative standard deviation of the throughput up to which chunks grow; 0.08 is 8
 *     %
 * @param adjustUp by what part a chunk grows
 * @param adjustDown by what part it shrinks
 * @param window chunks over which the deviation is taken
 * @param maxDelay how long an entry may wait for the rest of its chunk
 */
public record AdaptiveBatchSettings(
    int minChunk,
    int maxChunk,
    int initialMin,
    int initialMax,
    long maxBytes,
    double targetRsd,
    double adjustUp,
    double adjustDown,
    int window,
    Duration maxDelay) {
  /** The settings of the service unless configured otherwise. */
  public static final AdaptiveBatchSettings DEFAULTS =
      new AdaptiveBatchSettings(1_000, 60_000, 2_000, 50_000, 8L << 20, 0.08, 0.15, 0.30, 6);

  /** With the delay of the service unless configured otherwise. */
  public AdaptiveBatchSettings(
      int minChunk,
      int maxChunk,
      int initialMin,
      int initialMax,
      long maxBytes,
      double targetRsd,
      double adjustUp,
      double adjustDown,
      int window) {
    this(
        minChunk,
        maxChunk,
        initialMin,
        initialMax,
        maxBytes,
        targetRsd,
        adjustUp,
        adjustDown,
        window,
        Duration.ofSeconds(2));
  }

  /** Throws {@link IllegalArgumentException} for bounds in the wrong order or empty steps. */
  public AdaptiveBatchSettings {
    if (minChunk < 1 || maxChunk < minChunk || initialMax < initialMin || maxBytes < 1) {
      throw new IllegalArgumentException("Chunk bounds must be positive and in order.");
    }
    if (!(targetRsd >= 0) || !(adjustUp >= 0) || !(adjustDown >= 0) || adjustDown >= 1) {
      throw new IllegalArgumentException("Ratios must be 0 or more, adjustDown below 1.");
    }
    if (window < 2) {
      throw new IllegalArgumentException("A deviation needs a window of 2 chunks or more.");
    }
    if (!maxDelay.isPositive()) {
      throw new IllegalArgumentException("The delay must be positive.");
    }
  }
}
