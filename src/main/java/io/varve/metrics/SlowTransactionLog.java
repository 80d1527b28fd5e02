package io.varve.metrics;

import io.varve.txn.CommitPhase;
import io.varve.txn.TransactionEnd;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs transactions that were open for long, with the time of each phase. Thread-safe.
 *
 * <p>When the disk stalls every transaction is slow: so that the log stays readable, and is not one
 * more thing that the disk has to take, no more than a few a second are logged, and the next line
 * says how many were not.
 */
public final class SlowTransactionLog {
  private static final Logger log = LoggerFactory.getLogger(SlowTransactionLog.class);

  static final int MAX_PER_SECOND = 10;

  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}\"]");

  private final long thresholdNanos;
  private final LongSupplier nanoTime;
  private final LongAdder slow = new LongAdder();
  private final AtomicLong secondBegan = new AtomicLong();
  private final AtomicInteger inSecond = new AtomicInteger();
  private final AtomicInteger left = new AtomicInteger();

  /** A log of transactions longer than {@code threshold}; of none if that is zero. */
  public SlowTransactionLog(Duration threshold, LongSupplier nanoTime) {
    this.thresholdNanos = threshold.isZero() ? Long.MAX_VALUE : threshold.toNanos();
    this.nanoTime = nanoTime;
    this.secondBegan.set(nanoTime.getAsLong());
  }

  /** Looks at a transaction that is over. */
  void note(TransactionEnd end) {
    if (end.nanos() < thresholdNanos) {
      return;
    }
    slow.increment();
    if (isAllowed()) {
      log.warn("{}{}", describe(end), leftOut());
    } else {
      left.incrementAndGet();
    }
  }

  private boolean isAllowed() {
    long now = nanoTime.getAsLong();
    long began = secondBegan.get();
    if (now - began >= TimeUnit.SECONDS.toNanos(1) && secondBegan.compareAndSet(began, now)) {
      inSecond.set(0);
    }
    return inSecond.incrementAndGet() <= MAX_PER_SECOND;
  }

  private String leftOut() {
    int count = left.getAndSet(0);
    return count == 0 ? "" : " " + count + " more were slow and are not logged.";
  }

  /** Neither keys nor values: how long it was, and where the time went. */
  private static String describe(TransactionEnd end) {
    StringBuilder text = new StringBuilder("Slow transaction");
    if (end.options().id() != null) {
      text.append(' ').append(end.options().id());
    }
    if (end.options().label() != null) {
      text.append(" \"").append(oneLine(end.options().label())).append('"');
    }
    text.append(": ").append(end.outcome()).append(" after ").append(ms(end.nanos()));
    text.append(", ").append(end.operations()).append(" operations; ");
    if (!end.isTimed()) {
      return text.append("its phases were not timed.").toString();
    }
    text.append("open ").append(ms(end.nanos() - end.phases().sumNanos()));
    for (CommitPhase phase : CommitPhase.values()) {
      if (end.phases().has(phase)) {
        text.append(", ").append(phase.name().toLowerCase(Locale.ROOT)).append(' ');
        text.append(ms(end.phases().nanos(phase)));
      }
    }
    return text.append('.').toString();
  }

  /** A client chooses it, and must not be able to write lines of its own. */
  private static String oneLine(String label) {
    return UNPRINTABLE.matcher(label).replaceAll("?");
  }

  private static String ms(long nanos) {
    return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
  }

  /** Slow transactions so far, logged or not. */
  long count() {
    return slow.sum();
  }
}
