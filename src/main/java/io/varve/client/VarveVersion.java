package io.varve.client;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A version of a key.
 *
 * @param revision that wrote it
 * @param written what it wrote; null where it deleted the key
 * @param time when it was committed
 */
public record VarveVersion(long revision, @Nullable VarveValue written, Instant time) {
  /** What it wrote, or nothing where it deleted the key. */
  public Optional<VarveValue> value() {
    return Optional.ofNullable(written);
  }

  /** Whether it deleted the key. */
  public boolean deleted() {
    return written == null;
  }
}
