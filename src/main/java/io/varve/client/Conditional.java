package io.varve.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of a write with a condition. That the condition does not hold is an ordinary outcome,
 * and no exception.
 *
 * @param <T> what the write gives
 */
public sealed interface Conditional<T> {
  /** Whether the condition held, and the write was done. */
  default boolean applied() {
    return this instanceof Applied<T>;
  }

  /** What the write gave, or nothing where the condition did not hold. */
  default Optional<T> toOptional() {
    return switch (this) {
      case Applied<T>(T result) -> Optional.of(result);
      case Refused<T> _ -> Optional.empty();
    };
  }

  /**
   * The condition held.
   *
   * @param result what the write gave
   */
  record Applied<T>(T result) implements Conditional<T> {}

  /**
   * The condition did not hold, and nothing was written.
   *
   * @param current the tag of the version that is there; null where there is none
   */
  record Refused<T>(@Nullable String current) implements Conditional<T> {
    /** The tag of the version that is there, to try again with. */
    public Optional<String> currentEtag() {
      return Optional.ofNullable(current);
    }
  }
}
