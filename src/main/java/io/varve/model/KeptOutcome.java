package io.varve.model;

/**
 * An outcome that was found.
 *
 * @param record what was kept
 * @param revision the revision of its commit; what was read, where it made none
 * @param timeMs when, in milliseconds since 1970
 */
public record KeptOutcome(OutcomeRecord record, long revision, long timeMs) {
  /** Until when it is kept, in milliseconds since 1970. */
  public long keptUntilMs() {
    return timeMs + record.keepMs();
  }
}
