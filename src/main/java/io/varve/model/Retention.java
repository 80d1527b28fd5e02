package io.varve.model;

import java.time.Duration;

/**
 * Which superseded versions stay. A version goes only when both say so.
 *
 * @param keepVersions how many newest versions of a key stay in any case; 1 or more
 * @param keepAge how long a version stays after it was superseded
 */
public record Retention(int keepVersions, Duration keepAge) {
  /** Throws {@link IllegalArgumentException} for no version or a negative age. */
  public Retention {
    if (keepVersions < 1) {
      throw new IllegalArgumentException("keepVersions must be 1 or more, not " + keepVersions);
    }
    if (keepAge.isNegative()) {
      throw new IllegalArgumentException("keepAge must not be negative: " + keepAge);
    }
  }

  /** Whether this rule removes anything that {@code other} keeps. */
  public boolean isStricterThan(Retention other) {
    return keepVersions < other.keepVersions || keepAge.compareTo(other.keepAge) < 0;
  }
}
