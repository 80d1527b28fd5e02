package io.varve.mvcc;

import io.varve.model.StoreErrors;
import io.varve.model.StoreState;

/** The state of a store: who may come in. Thread-safe. */
final class WriteGate {
  private volatile Standing standing = new Standing(StoreState.OPEN, "");

  private record Standing(StoreState state, String reason) {}

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

  void requireNotClosed() {
    if (standing.state() == StoreState.CLOSED) {
      throw StoreErrors.shuttingDown();
    }
  }

  void requireWritable() {
    Standing now = standing;
    switch (now.state()) {
      case OPEN -> {}
      case READ_ONLY -> throw StoreErrors.unavailable("The store is read-only. " + now.reason());
      case CLOSED -> throw StoreErrors.shuttingDown();
    }
  }

  /** Lets only readers in, for good; false if the store was not open. */
  synchronized boolean becomeReadOnly(String reason) {
    if (!isOpen()) {
      return false;
    }
    standing = new Standing(StoreState.READ_ONLY, reason);
    return true;
  }

  synchronized void close() {
    standing = new Standing(StoreState.CLOSED, "The store is closed.");
  }
}
