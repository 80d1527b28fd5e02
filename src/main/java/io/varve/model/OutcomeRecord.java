package io.varve.model;

import java.time.Duration;

/**
 * What became of a request, to be kept with its commit for whoever asks again. The content means
 * nothing here. Immutable, if nobody changes the array.
 */
public final class OutcomeRecord {
  /** Heap that a record takes beside its content: objects, map entry, its part in a commit. */
  private static final int OVERHEAD_BYTES = 160;

  private final OutcomeId id;
  private final long keepMs;
  private final byte[] content;

  private OutcomeRecord(OutcomeId id, long keepMs, byte[] content) {
    this.id = id;
    this.keepMs = keepMs;
    this.content = content;
  }

  /** A record to keep for a while; the array is taken over, not copied. */
  public static OutcomeRecord of(OutcomeId id, Duration keep, byte[] content) {
    return ofMillis(id, keep.toMillis(), content);
  }

  /**
   * The same, for so many milliseconds. Throws {@link IllegalArgumentException} for less than one.
   */
  public static OutcomeRecord ofMillis(OutcomeId id, long keepMs, byte[] content) {
    if (keepMs < 1) {
      throw new IllegalArgumentException("An outcome must be kept for 1 ms at least.");
    }
    return new OutcomeRecord(id, keepMs, content);
  }

  /** Under which name it is found. */
  public OutcomeId id() {
    return id;
  }

  /** What the caller wants to have back; not to be changed. */
  public byte[] content() {
    return content;
  }

  /** How long it is kept, in milliseconds. */
  public long keepMs() {
    return keepMs;
  }

  /** Heap bytes that it takes, estimated. */
  public long estimateBytes() {
    return OVERHEAD_BYTES + (long) content.length;
  }
}
