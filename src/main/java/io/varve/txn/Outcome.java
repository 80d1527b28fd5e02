package io.varve.txn;

import io.varve.model.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an {@link Operation} brought. */
public sealed interface Outcome {
  /**
   * Of a get.
   *
   * @param entry what is there, or null
   */
  record Got(@Nullable Entry entry) implements Outcome {}

  /** Of a put. */
  record Written() implements Outcome {}

  /**
   * Of a delete.
   *
   * @param existed whether there was something to remove
   */
  record Deleted(boolean existed) implements Outcome {}

  /**
   * Of a scan.
   *
   * @param entries in the order of the scan
   * @param more whether the range holds more than that
   */
  record Scanned(List<Entry> entries, boolean more) implements Outcome {}

  /**
   * Of an add.
   *
   * @param sum the number that is there now
   */
  record Added(long sum) implements Outcome {}
}
