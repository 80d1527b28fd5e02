package io.varve.web;

import io.varve.model.StoreErrors;
import java.time.DateTimeException;
import java.time.Duration;

/** Durations in bodies, in ISO 8601. */
final class Durations {
  private Durations() {}

  /** What {@code text} says, 0 or more; {@code field} is where it stands. */
  static Duration parse(String field, String text, String example) {
    try {
      Duration duration = Duration.parse(text);
      var _ = duration.toMillis();
      if (!duration.isNegative()) {
        return duration;
      }
    } catch (DateTimeException | ArithmeticException _) {
      // Refused below, as a negative one is.
    }
    throw StoreErrors.malformed(field, "This must be a duration such as " + example + ".");
  }
}
