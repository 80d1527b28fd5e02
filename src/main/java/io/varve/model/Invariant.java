package io.varve.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Checks that run in production: a broken one stops the operation before it reaches the disk. */
public final class Invariant {
  private Invariant() {}

  /** Throws {@link IllegalStateException} unless {@code holds}. */
  public static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException("Invariant broken: " + message);
    }
  }

  /** Like {@link #check(boolean, String)}, with two numbers that show what went wrong. */
  public static void check(boolean holds, String message, long expected, long actual) {
    if (!holds) {
      throw new IllegalStateException(
          "Invariant broken: " + message + " (" + expected + ", " + actual + ")");
    }
  }

  /** Like {@link #check(boolean, String)}, with context; never pass a value of the store. */
  public static void check(boolean holds, String message, @Nullable Object... context) {
    if (!holds) {
      throw new IllegalStateException(
          "Invariant broken: " + message + " " + Arrays.toString(context));
    }
  }
}
