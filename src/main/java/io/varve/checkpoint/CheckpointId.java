package io.varve.checkpoint;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a checkpoint, for instance {@code 20261124T104500Z-r913}: when it was begun, its
 * revision, and a number where that was not enough. Ordered by age. Nothing else becomes a path.
 *
 * @param stamp when it was begun, to the second, UTC
 * @param revision its revision
 * @param number 1, or more where the name was taken
 */
record CheckpointId(String stamp, long revision, int number) implements Comparable<CheckpointId> {
  private static final Pattern TEXT =
      Pattern.compile("([0-9]{8}T[0-9]{6}Z)-r([0-9]{1,16})(?:-([0-9]{1,4}))?");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Comparator<CheckpointId> BY_AGE =
      Comparator.comparing(CheckpointId::stamp)
          .thenComparingLong(CheckpointId::revision)
          .thenComparingInt(CheckpointId::number);

  static String stampOf(Instant time) {
    return STAMP.format(time);
  }

  /** The id of this name, or null if it is none. */
  static @Nullable CheckpointId parse(String text) {
    Matcher fields = TEXT.matcher(text);
    if (!fields.matches()) {
      return null;
    }
    int number = fields.group(3) == null ? 1 : Integer.parseInt(fields.group(3));
    CheckpointId id = new CheckpointId(fields.group(1), Long.parseLong(fields.group(2)), number);
    return id.text().equals(text) ? id : null;
  }

  /** The one to try if this is taken. */
  CheckpointId next() {
    return new CheckpointId(stamp, revision, number + 1);
  }

  String text() {
    return stamp + "-r" + revision + (number == 1 ? "" : "-" + number);
  }

  @Override
  public int compareTo(CheckpointId other) {
    return BY_AGE.compare(this, other);
  }
}
