package io.varve.metrics;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.varve.txn.CommitPhase;
import io.varve.txn.ConflictKind;
import io.varve.txn.PhaseTimes;
import io.varve.txn.TransactionEnd;
import io.varve.txn.TransactionListener;
import io.varve.txn.TransactionOutcome;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts and times transactions and groups of commits. Thread-safe.
 *
 * <p>Every transaction is counted; which are timed is for {@link TimedShare} to say.
 */
public final class TransactionMeters implements TransactionListener {
  private final LongAdder begun = new LongAdder();
  private final Map<TransactionOutcome, LongAdder> completed = adders(TransactionOutcome.class);
  private final Map<ConflictKind, LongAdder> conflicts = adders(ConflictKind.class);
  private final TimedShare share = new TimedShare();
  private final SlowTransactionLog slow;
  private final Timer duration;

  /** The same, for percentiles that need no Prometheus. */
  private final DurationBuckets durations = new DurationBuckets(Buckets.ofRequests());

  private final DistributionSummary operations;
  private final Map<CommitPhase, Timer> phases = new EnumMap<>(CommitPhase.class);
  private final DistributionSummary groupCommits;
  private final DistributionSummary groupBytes;

  /** Meters in {@code registry}; {@code slow} hears of every transaction. */
  public TransactionMeters(MeterRegistry registry, SlowTransactionLog slow) {
    this.slow = slow;
    counter("varve.txn.begun", begun).description("Transactions begun").register(registry);
    completed.forEach(
        (outcome, count) ->
            counter("varve.txn.completed", count)
                .tag("outcome", lowerCase(outcome))
                .description("Transactions that are over")
                .register(registry));
    conflicts.forEach(
        (kind, count) ->
            counter("varve.txn.conflicts", count)
                .tag("kind", lowerCase(kind))
                .description("Transactions refused, by the first conflict that was found")
                .register(registry));
    FunctionCounter.builder("varve.txn.slow", slow, SlowTransactionLog::count)
        .description("Transactions that were open for longer than the threshold of the log of them")
        .register(registry);
    this.duration =
        Timer.builder("varve.txn.duration")
            .description("From the begin of a transaction to its end")
            .serviceLevelObjectives(Buckets.ofRequests())
            .register(registry);
    this.operations =
        DistributionSummary.builder("varve.txn.ops")
            .description("Reads and writes of a transaction")
            .serviceLevelObjectives(Buckets.ofCounts())
            .register(registry);
    for (CommitPhase phase : CommitPhase.values()) {
      phases.put(
          phase,
          Timer.builder("varve.txn.commit.duration")
              .tag("phase", lowerCase(phase))
              .description("Time that a commit spends in each phase")
              .serviceLevelObjectives(Buckets.ofPhases())
              .register(registry));
    }
    this.groupCommits =
        DistributionSummary.builder("varve.commit.group.size")
            .description("Commits that one write of the log carries")
            .serviceLevelObjectives(Buckets.ofCounts())
            .register(registry);
    this.groupBytes =
        DistributionSummary.builder("varve.commit.group.bytes")
            .description("Bytes of keys, values and outcomes that one write of the log carries")
            .serviceLevelObjectives(Buckets.ofBytes())
            .register(registry);
  }

  private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> type) {
    Map<E, LongAdder> adders = new EnumMap<>(type);
    for (E constant : type.getEnumConstants()) {
      adders.put(constant, new LongAdder());
    }
    return adders;
  }

  private static FunctionCounter.Builder<LongAdder> counter(String name, LongAdder adder) {
    return FunctionCounter.builder(name, adder, LongAdder::sum);
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public boolean begun() {
    begun.increment();
    return share.isNext();
  }

  @Override
  public void ended(TransactionEnd end) {
    count(completed, end.outcome());
    if (!end.conflicts().isEmpty()) {
      count(conflicts, end.conflicts().getFirst().kind());
    }
    if (end.isTimed()) {
      duration.record(end.nanos(), TimeUnit.NANOSECONDS);
      durations.add(end.nanos());
      operations.record(end.operations());
      record(end.phases());
    }
    slow.note(end);
  }

  private static <E extends Enum<E>> void count(Map<E, LongAdder> adders, E which) {
    Objects.requireNonNull(adders.get(which)).increment();
  }

  private void record(PhaseTimes times) {
    phases.forEach(
        (phase, timer) -> {
          if (times.has(phase)) {
            timer.record(times.nanos(phase), TimeUnit.NANOSECONDS);
          }
        });
  }

  @Override
  public void groupLogged(int commits, long bytes) {
    groupCommits.record(commits);
    groupBytes.record((double) bytes);
  }

  /** Which transactions are timed. */
  TimedShare share() {
    return share;
  }

  /** What was counted so far. */
  TransactionCounts counts() {
    Map<TransactionOutcome, Long> byOutcome = new EnumMap<>(TransactionOutcome.class);
    completed.forEach((outcome, count) -> byOutcome.put(outcome, count.sum()));
    return new TransactionCounts(byOutcome, durations.read());
  }
}
