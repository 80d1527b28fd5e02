package io.varve.web;

import io.varve.access.Action;
import io.varve.access.Principal;
import io.varve.model.AccessErrors;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.StoreErrors;
import io.varve.txn.Condition;
import io.varve.txn.Operation;
import io.varve.txn.TransactionRef;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who sends a request, and whether he may do what it asks for. Used by the thread of the request
 * alone.
 */
final class Caller {
  /*
   * A request that may not be carried out is refused before anything of the store is looked at, so
   * the answer, and how long it takes, depends on nothing but the request and the grants.
   */
  private static final String ATTRIBUTE = Caller.class.getName();

  private final Principal principal;
  private boolean decided;
  private boolean administers;
  private @Nullable Refusal refusal;

  /**
   * What was refused.
   *
   * @param action what was to be done
   * @param range with which keys; all of them where it is not about keys
   */
  record Refusal(Action action, KeyRange range) {}

  Caller(Principal principal) {
    this.principal = principal;
  }

  /** Makes this the caller of {@code request}. */
  void attach(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  /** The caller of a request; there is one wherever the gate has let it in. */
  static Caller of(HttpServletRequest request) {
    if (request.getAttribute(ATTRIBUTE) instanceof Caller caller) {
      return caller;
    }
    throw StoreErrors.internal("find out who calls", null);
  }

  /** The same, or null where it was not let in, or is open to everybody. */
  static @Nullable Caller orNull(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof Caller caller ? caller : null;
  }

  /** What the log calls him. */
  String name() {
    return principal.id().isEmpty() ? "anonymous" : principal.id();
  }

  Principal principal() {
    return principal;
  }

  /** Throws FORBIDDEN unless he may do this with this key. */
  void require(Action action, Key key) {
    require(action, KeyRange.single(key));
  }

  /** Throws FORBIDDEN unless he may do this with every key of the range. */
  void require(Action action, KeyRange range) {
    decided = true;
    if (!principal.allows(action, range)) {
      refuse(action, range);
      throw AccessErrors.forbidden(action.verb(), range);
    }
  }

  /** Throws FORBIDDEN unless he may do this with the service as a whole. */
  void require(Action action) {
    decided = true;
    administers |= action == Action.ADMINISTER;
    if (!principal.allows(action, KeyRange.ALL)) {
      refuse(action, KeyRange.ALL);
      throw AccessErrors.forbidden(action.verb());
    }
  }

  /** Throws FORBIDDEN unless there are keys with which he may do this. */
  void requireSome(Action action) {
    decided = true;
    if (!principal.allowsSome(action)) {
      refuse(action, KeyRange.ALL);
      throw AccessErrors.forbidden(action.verb());
    }
  }

  /** Throws FORBIDDEN unless he may look at all that these conditions are about. */
  void requireConditions(List<Condition> conditions) {
    decided = true;
    for (Condition condition : conditions) {
      require(Action.READ, condition.key());
    }
  }

  /** Throws FORBIDDEN unless he may do all of these operations. */
  void requireOperations(List<Operation> operations) {
    decided = true;
    for (Operation operation : operations) {
      switch (operation) {
        case Operation.Get get -> require(Action.READ, get.key());
        case Operation.Scan scan -> require(Action.READ, scan.range());
        case Operation.Put put -> require(Action.WRITE, put.key());
        case Operation.Delete delete -> require(Action.WRITE, delete.key());
        case Operation.Add add -> require(Action.WRITE, add.key());
      }
    }
  }

  /** Names a transaction of his: that of another under the same id is not found. */
  TransactionRef transaction(String id) {
    decided = true;
    return new TransactionRef(principal.id(), id);
  }

  /** The first one counts: it ends the request. */
  private void refuse(Action action, KeyRange range) {
    if (refusal == null) {
      refusal = new Refusal(action, range);
    }
  }

  /** Notes that there is nothing to ask: the call takes no more than to be known. */
  void needsNothing() {
    decided = true;
  }

  /** throws INTERNAL_ERROR unless it was asked whether he may do what he wants. */
  void requireDecided() {
    if (!decided) {
      throw StoreErrors.internal("ask whether the caller may do this", null);
    }
  }

  /** Whether he wanted to run the service. */
  boolean administers() {
    return administers;
  }

  /** What was refused, or null. */
  @Nullable Refusal refusal() {
    return refusal;
  }
}
