package io.varve.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole transaction in one request: conditions, what to do if all of them hold, and what to do if
 * not. Immutable.
 *
 * <pre>{@code
 * OneShot.when(Condition.absent("lock"))
 *     .then(Operation.put("lock", "me"))
 *     .otherwise(Operation.get("lock"))
 * }</pre>
 *
 * @param conditions what must hold
 * @param success what to do if it does
 * @param failure what to do if not
 * @param label a name for the server's history, or null
 */
public record OneShot(
    List<Condition> conditions,
    List<Operation> success,
    List<Operation> failure,
    @Nullable String label) {
  public OneShot {
    conditions = List.copyOf(conditions);
    success = List.copyOf(success);
    failure = List.copyOf(failure);
  }

  /** Begins one with conditions. */
  public static OneShot when(Condition... conditions) {
    return new OneShot(List.of(conditions), List.of(), List.of(), null);
  }

  /** One without conditions. */
  public static OneShot of(Operation... operations) {
    return when().then(operations);
  }

  /** The same with these steps for when all conditions hold. */
  public OneShot then(Operation... operations) {
    return new OneShot(conditions, List.of(operations), failure, label);
  }

  /** The same with these steps for when a condition does not hold. */
  public OneShot otherwise(Operation... operations) {
    return new OneShot(conditions, success, List.of(operations), label);
  }

  /** The same with a name for the server's history. */
  public OneShot labelled(String newLabel) {
    return new OneShot(conditions, success, failure, newLabel);
  }
}
