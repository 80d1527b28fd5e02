package io.varve.client;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a step of a transaction gave. */
public sealed interface OperationResult {
  /**
   * Of a get.
   *
   * @param found what is there, or null
   */
  record Got(@Nullable VarveEntry found) implements OperationResult {
    /** What is there. */
    public Optional<VarveEntry> entry() {
      return Optional.ofNullable(found);
    }
  }

  /** Of a put. */
  record Written() implements OperationResult {}

  /**
   * Of a delete.
   *
   * @param deleted whether there was something to delete
   */
  record Deleted(boolean deleted) implements OperationResult {}

  /**
   * Of a scan.
   *
   * @param entries in the order of the scan
   * @param more whether the range holds more of them
   */
  record Scanned(List<VarveEntry> entries, boolean more) implements OperationResult {
    public Scanned {
      entries = List.copyOf(entries);
    }
  }

  /**
   * Of an addition.
   *
   * @param sum the number that is there now
   */
  record Added(long sum) implements OperationResult {}
}
