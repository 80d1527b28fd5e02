package io.varve.txn;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Makes ends of transactions that took as long as a test wants. */
public final class SlowTransactions {
  private static final int OPERATIONS = 7;

  private SlowTransactions() {}

  /** A labelled transaction with an id. */
  public static TransactionEnd end(
      TransactionOutcome outcome, Duration took, Map<CommitPhase, Duration> phases) {
    PhaseTimes times = new PhaseTimes(0);
    long now = 0;
    for (CommitPhase phase : CommitPhase.values()) {
      Duration time = phases.get(phase);
      if (time != null) {
        now += time.toNanos();
        times.end(phase, now);
      }
    }
    return new TransactionEnd(
        TransactionOptions.DEFAULTS.identified("0a1b").labelled("import"),
        outcome,
        OPERATIONS,
        took.toNanos(),
        times,
        List.of());
  }
}
