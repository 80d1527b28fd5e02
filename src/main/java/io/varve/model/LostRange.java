package io.varve.model;

/**
 * Revisions that were visible once and were taken back by a crash.
 *
 * @param above the last revision that was recovered
 * @param upTo the last revision that may have been lost
 */
public record LostRange(Revision above, Revision upTo) {
  /** Whether {@code revision} is one of them. */
  public boolean contains(long revision) {
    return revision > above.value() && revision <= upTo.value();
  }
}
