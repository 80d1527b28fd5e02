package io.varve.client;

import java.util.List;
import java.util.Optional;

/**
 * What the steps of a transaction gave, in their order. The methods that take an index throw {@link
 * ClassCastException} where the step there was another one.
 *
 * @param list one for each step
 */
public record OperationResults(List<OperationResult> list) {
  public OperationResults {
    list = List.copyOf(list);
  }

  /** What the get at {@code index} found. */
  public Optional<VarveEntry> entry(int index) {
    return ((OperationResult.Got) list.get(index)).entry();
  }

  /** What the scan at {@code index} found. */
  public List<VarveEntry> entries(int index) {
    return ((OperationResult.Scanned) list.get(index)).entries();
  }

  /** Whether the delete at {@code index} found something. */
  public boolean deleted(int index) {
    return ((OperationResult.Deleted) list.get(index)).deleted();
  }

  /** What the addition at {@code index} came to. */
  public long sum(int index) {
    return ((OperationResult.Added) list.get(index)).sum();
  }
}
