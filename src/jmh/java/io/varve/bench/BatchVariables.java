package io.varve.bench;

import io.varve.txn.AdaptiveBatchSettings;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings of adaptive batching from environment variables. They have the names under which the
 * service takes {@code varve.batch.*}, with or without underscores between words, and the same
 * bounds. {@code VARVE_BATCH_INITIAL_CHUNK} is short for both bounds of the first chunk.
 */
final class BatchVariables {
  private static final String PREFIX = "VARVE_BATCH_";
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(B|KB|MB|GB)?");
  private static final double MAX_ADJUST_DOWN = 0.99;
  private static final int MAX_WINDOW = 10_000;

  /** What is set and not yet used: by name without underscores, the variable as it was given. */
  private final Map<String, Map.Entry<String, String>> unused = new TreeMap<>();

  private BatchVariables(Map<String, String> environment) {
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      if (variable.getKey().startsWith(PREFIX)) {
        unused.put(variable.getKey().replace("_", ""), variable);
      }
    }
  }

  /** Throws {@link IllegalArgumentException} that names the variable and what is allowed. */
  static AdaptiveBatchSettings settings(Map<String, String> environment) {
    return new BatchVariables(environment).settings();
  }

  private AdaptiveBatchSettings settings() {
    AdaptiveBatchSettings defaults = AdaptiveBatchSettings.DEFAULTS;
    int minChunk = count("MIN_CHUNK", defaults.minChunk());
    int maxChunk = count("MAX_CHUNK", defaults.maxChunk());
    int initialMin = defaults.initialMin();
    int initialMax = defaults.initialMax();
    int initialChunk = count("INITIAL_CHUNK", 0);
    if (initialChunk > 0) {
      initialMin = initialChunk;
      initialMax = initialChunk;
    } else {
      initialMin = count("INITIAL_MIN", initialMin);
      initialMax = count("INITIAL_MAX", initialMax);
    }
    long maxBytes = bytes("MAX_BYTES", defaults.maxBytes());
    double targetRsd = ratio("TARGET_RSD", defaults.targetRsd(), Double.MAX_VALUE);
    double adjustUp = ratio("ADJUST_UP", defaults.adjustUp(), Double.MAX_VALUE);
    double adjustDown = ratio("ADJUST_DOWN", defaults.adjustDown(), MAX_ADJUST_DOWN);
    int window =
        take(
            "WINDOW",
            defaults.window(),
            "a whole number from 2 to " + MAX_WINDOW,
            Integer::valueOf,
            number -> number >= 2 && number <= MAX_WINDOW);
    requireNothingUnused();
    requireOrder("MIN_CHUNK", minChunk, "MAX_CHUNK", maxChunk);
    requireOrder("INITIAL_MIN", initialMin, "INITIAL_MAX", initialMax);
    return new AdaptiveBatchSettings(
        minChunk,
        maxChunk,
        initialMin,
        initialMax,
        maxBytes,
        targetRsd,
        adjustUp,
        adjustDown,
        window);
  }

  private int count(String name, int otherwise) {
    return take(
        name, otherwise, "a whole number, 1 or more", Integer::valueOf, number -> number >= 1);
  }

  private double ratio(String name, double otherwise, double max) {
    String bounds = max == Double.MAX_VALUE ? "0 or more" : "from 0 to " + max;
    return take(
        name,
        otherwise,
        "a number such as 0.08, " + bounds,
        Double::valueOf,
        number -> number >= 0 && number <= max);
  }

  private long bytes(String name, long otherwise) {
    return take(
        name,
        otherwise,
        "a size of 1B or more, such as 512KB or 8MB",
        BatchVariables::parseBytes,
        size -> size >= 1);
  }

  private static long parseBytes(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new NumberFormatException("no size");
    }
    long number = Long.parseLong(size.group(1));
    return switch (size.group(2)) {
      case "KB" -> number << 10;
      case "MB" -> number << 20;
      case "GB" -> number << 30;
      case null, default -> number;
    };
  }

  private <T> T take(
      String name, T otherwise, String allowed, Function<String, T> parse, Predicate<T> isAllowed) {
    Map.Entry<String, String> variable = unused.remove((PREFIX + name).replace("_", ""));
    if (variable == null) {
      return otherwise;
    }
    try {
      T value = parse.apply(variable.getValue().strip());
      if (isAllowed.test(value)) {
        return value;
      }
    } catch (NumberFormatException _) {
      // The same as a value out of bounds.
    }
    throw new IllegalArgumentException(
        variable.getKey() + " must be " + allowed + ", not '" + variable.getValue() + "'.");
  }

  private void requireNothingUnused() {
    for (Map.Entry<String, String> variable : unused.values()) {
      throw new IllegalArgumentException(
          variable.getKey()
              + " is not known, or INITIAL_CHUNK is set too. Known after "
              + PREFIX
              + ": INITIAL_CHUNK (or INITIAL_MIN and INITIAL_MAX), MIN_CHUNK, MAX_CHUNK, MAX_BYTES,"
              + " TARGET_RSD, ADJUST_UP, ADJUST_DOWN, WINDOW.");
    }
  }

  private static void requireOrder(String lowName, int low, String highName, int high) {
    if (high < low) {
      throw new IllegalArgumentException(
          PREFIX
              + highName
              + " must not be below "
              + PREFIX
              + lowName
              + ": they are "
              + high
              + " and "
              + low
              + ".");
    }
  }
}
