package io.varve.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.txn.TransactionOutcome;
import io.varve.txn.TransactionRates;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How transactions went in the last minute, for who has no Prometheus at hand. To be told of the
 * time by a call each second or so. Thread-safe.
 */
public final class RecentTransactions {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final double NANOS_PER_SECOND = 1e9;

  private final TransactionMeters meters;
  private final LongSupplier nanoTime;
  private final Object lock = new Object();

  /** Oldest first: all that are younger than the window, and one that is not. */
  @GuardedBy("lock")
  private final Deque<Reading> readings = new ArrayDeque<>();

  private record Reading(long nanos, TransactionCounts counts) {}

  /** The last minute of what {@code meters} count. */
  public RecentTransactions(TransactionMeters meters, LongSupplier nanoTime) {
    this.meters = meters;
    this.nanoTime = nanoTime;
    readings.add(read());
  }

  private Reading read() {
    return new Reading(nanoTime.getAsLong(), meters.counts());
  }

  /** Takes a reading, and lets the meters time as many transactions as they can afford. */
  public void tick() {
    Reading now = read();
    synchronized (lock) {
      Reading before = readings.getLast();
      if (now.nanos() > before.nanos()) {
        double ended = now.counts().all() - before.counts().all();
        meters.share().adaptTo(ended * NANOS_PER_SECOND / (now.nanos() - before.nanos()));
      }
      readings.addLast(now);
      while (readings.size() > 2 && secondIsOldEnough(now)) {
        readings.removeFirst();
      }
    }
  }

  /** Whether the window can begin at the second reading as well. */
  @GuardedBy("lock")
  private boolean secondIsOldEnough(Reading now) {
    var oldest = readings.iterator();
    oldest.next();
    return now.nanos() - oldest.next().nanos() >= WINDOW.toNanos();
  }

  /** The last minute, up to this moment. */
  public TransactionRates rates() {
    Reading now = read();
    Reading first;
    synchronized (lock) {
      first = readings.getFirst();
    }
    long nanos = now.nanos() - first.nanos();
    if (nanos <= 0) {
      return TransactionRates.NONE;
    }
    double seconds = nanos / NANOS_PER_SECOND;
    TransactionCounts counts = now.counts().since(first.counts());
    return new TransactionRates(
        Duration.ofNanos(nanos),
        counts.all() / seconds,
        counts.of(TransactionOutcome.COMMITTED) / seconds,
        counts.successRatio(),
        durations(counts.durations()));
  }

  private static TransactionRates.@Nullable Durations durations(BucketCounts counts) {
    Duration p50 = counts.quantile(0.5);
    Duration p90 = counts.quantile(0.9);
    Duration p99 = counts.quantile(0.99);
    return p50 == null || p90 == null || p99 == null
        ? null
        : new TransactionRates.Durations(p50, p90, p99);
  }
}
