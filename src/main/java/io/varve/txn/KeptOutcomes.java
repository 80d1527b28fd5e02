package io.varve.txn;

import io.varve.model.KeptOutcome;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.TransactionErrors;
import io.varve.mvcc.MvccStore;
import java.time.Duration;

/** Outcomes are found as soon as they are ordered, and may be told once they are visible. */
final class KeptOutcomes {
  private KeptOutcomes() {}

  /** Waits until the commit of {@code outcome} is visible. Throws with {@code outcome: unknown}. */
  static void awaitVisible(MvccStore store, KeptOutcome outcome, Duration limit) {
    try {
      if (!store.awaitVisible(new Revision(outcome.revision()), limit)) {
        throw TransactionErrors.unknownOutcome(null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StoreErrors.shuttingDown();
    }
  }
}
