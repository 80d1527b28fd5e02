package io.varve.mvcc;

import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.StoreState;

/** The state of a store: who may come in. Thread-safe. */
final class WriteGate {
  private volatile Standing standing = new Standing(StoreState.OPEN, "", false);

  /**
   * Where it stands.
   *
   * @param reason why the store is not open; empty while it is
   * @param passing whether another store will take the place of this one
   */
  private record Standing(StoreState state, String reason, boolean passing) {}

  StoreState state() {
    return standing.state();
  }

  /** Why the store is not open; empty while it is. */
  String reason() {
    return standing.reason();
  }

  boolean isOpen() {
    return standing.state() == StoreState.OPEN;
  }

  /** Whether writes are refused until the store is opened again, and will be taken then. */
  boolean needsReopening() {
    Standing now = standing;
    return now.state() == StoreState.READ_ONLY && now.passing();
  }

  void requireNotClosed() {
    Standing now = standing;
    if (now.state() == StoreState.CLOSED) {
      throw closed(now);
    }
  }

  private static StoreException closed(Standing now) {
    return now.passing() ? StoreErrors.unavailable(now.reason()) : StoreErrors.shuttingDown();
  }

  void requireWritable() {
    Standing now = standing;
    switch (now.state()) {
      case OPEN -> {}
      case CLOSED -> throw closed(now);
      default -> throw StoreErrors.unavailable("The store is read-only. " + now.reason());
    }
  }

  /** Lets only readers in until an operator has decided. */
  void becomeReadOnly(String reason) {
    becomeReadOnly(reason, false);
  }

  /** Lets only readers in until the store is opened again; false if it was not open. */
  boolean failed(String reason) {
    return becomeReadOnly(reason, true);
  }

  private synchronized boolean becomeReadOnly(String reason, boolean passing) {
    if (!isOpen()) {
      return false;
    }
    standing = new Standing(StoreState.READ_ONLY, reason, passing);
    return true;
  }

  /** Lets nobody in. */
  synchronized void close() {
    standing = new Standing(StoreState.CLOSED, "The store is closed.", false);
  }

  /** Lets nobody in, since another store will take the place of this one. */
  synchronized void closeToBeReplaced(String reason) {
    if (standing.state() != StoreState.CLOSED) {
      standing = new Standing(StoreState.CLOSED, reason, true);
    }
  }
}
