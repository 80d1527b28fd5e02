package io.varve.bench.soak;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations such as {@code 60s}, {@code 10m} and {@code 24h}. */
final class SoakDuration {
  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,6})([smhd])");

  private SoakDuration() {}

  /** Throws {@link IllegalArgumentException} for anything else. */
  static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no duration; write for instance 60s, 10m or 24h.");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
