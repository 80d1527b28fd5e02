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
    return end("import", outcome, took, phases);
  }

  /** The same with another label. */
  public static TransactionEnd end(
      String label, TransactionOutcome outcome, Duration took, Map<CommitPhase, Duration> phases) {
    PhaseTimes times = PhaseTimes.start(() -> 0);
    long now = 0;
    for (CommitPhase phase : CommitPhase.values()) {
      Duration time = phases.get(phase);
      if (time != null) {
        now += time.toNanos();
        times.endAt(phase, now);
      }
    }
    return new TransactionEnd(
        TransactionOptions.DEFAULTS.identified("0a1b").labelled(label),
        outcome,
        OPERATIONS,
        took.toNanos(),
        true,
        times,
        List.of());
  }
}
