package io.varve.txn;

import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long each phase of a commit took. Phases that it did not come to are not there. Written by
 * the thread that commits; read once the transaction is over.
 */
@SuppressWarnings("EnumOrdinal") // places in an array, kept nowhere: a map would make objects
public final class PhaseTimes {
  private static final long ABSENT = -1;
  private static final CommitPhase[] PHASES = CommitPhase.values();

  /** Of a transaction that is not timed, or never tried to commit. Never looks at a clock. */
  static final PhaseTimes NONE = new PhaseTimes(null);

  private final @Nullable LongSupplier nanoTime;
  private final long[] nanos = new long[PHASES.length];
  private long lastNanos;

  private PhaseTimes(@Nullable LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    Arrays.fill(nanos, ABSENT);
  }

  /** Times of a commit that begins now. */
  static PhaseTimes start(LongSupplier nanoTime) {
    PhaseTimes times = new PhaseTimes(nanoTime);
    times.lastNanos = nanoTime.getAsLong();
    return times;
  }

  /** Ends {@code phase} now; it has gone on since the last one ended. */
  void end(CommitPhase phase) {
    if (nanoTime != null) {
      add(phase, nanoTime.getAsLong());
    }
  }

  /** The same at another time. */
  void endAt(CommitPhase phase, long thenNanos) {
    if (nanoTime != null) {
      add(phase, thenNanos);
    }
  }

  private void add(CommitPhase phase, long nowNanos) {
    int index = phase.ordinal();
    nanos[index] = Math.max(0, nanos[index]) + Math.max(0, nowNanos - lastNanos);
    lastNanos = nowNanos;
  }

  /** Whether the commit came to this phase. */
  public boolean has(CommitPhase phase) {
    return nanos[phase.ordinal()] != ABSENT;
  }

  /** Nanoseconds of this phase; 0 if the commit did not come to it. */
  public long nanos(CommitPhase phase) {
    return Math.max(0, nanos[phase.ordinal()]);
  }

  /** Nanoseconds of all phases. */
  public long sumNanos() {
    long sum = 0;
    for (CommitPhase phase : PHASES) {
      sum += nanos(phase);
    }
    return sum;
  }
}
