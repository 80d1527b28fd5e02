package io.varve.model;

/**
 * An outcome that was found.
 *
 * @param record what was kept
 * @param revision the revision of the commit that brought it; where nothing was written, no reader
 *     can tell that one from the one before
 * @param timeMs when, in milliseconds since 1970
 */
public record KeptOutcome(OutcomeRecord record, long revision, long timeMs) {
  /** Until when it is kept, in milliseconds since 1970. */
  public long keptUntilMs() {
    long untilMs = timeMs + record.keepMs();
    return untilMs < timeMs ? Long.MAX_VALUE : untilMs; // kept for ever
  }
}
