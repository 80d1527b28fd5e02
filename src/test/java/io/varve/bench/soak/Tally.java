package io.varve.bench.soak;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** Counts and times what workers do. Thread-safe; samples are taken by one thread. */
final class Tally {
  private static final int KEPT = 20;
  private static final int DIGITS = 3;
  private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);

  private final WrongAnswers wrong = new WrongAnswers();
  private final LongAdder conflicts = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private final LongAdder errors = new LongAdder();

  private final Map<Kind, Timer> timers = new EnumMap<>(Kind.class);

  @GuardedBy("errorDetails")
  private final List<String> errorDetails = new ArrayList<>();

  @GuardedBy("errorDetails")
  private final SortedMap<String, Long> errorCodes = new TreeMap<>();

  /** The times of one kind. All but the recorder is touched by who takes samples. */
  private static final class Timer {
    private final Recorder recorder = new Recorder(LONGEST_MICROS, DIGITS);
    private final Histogram total = new Histogram(LONGEST_MICROS, DIGITS);
    private @Nullable Histogram interval;

    Histogram takeInterval() {
      Histogram taken = recorder.getIntervalHistogram(interval);
      interval = taken;
      total.add(taken);
      return taken;
    }
  }

  Tally() {
    for (Kind kind : Kind.values()) {
      timers.put(kind, new Timer());
    }
  }

  private Timer timer(Kind kind) {
    return Objects.requireNonNull(timers.get(kind));
  }

  /** Where wrong answers go. */
  WrongAnswers wrong() {
    return wrong;
  }

  /** Something was done. */
  void done(Kind kind, long nanos) {
    long micros = Math.min(LONGEST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos));
    timer(kind).recorder.recordValue(micros);
  }

  /** Transactions met others. */
  void conflicts(long count) {
    conflicts.add(count);
  }

  /** A store that is being restarted did not take a call. */
  void refused(Trouble trouble) {
    refusals.increment();
  }

  /** Something failed that must not fail. */
  void error(String where, Trouble trouble) {
    errors.increment();
    synchronized (errorDetails) {
      errorCodes.merge(trouble.code(), 1L, Long::sum);
      if (errorDetails.size() < KEPT) {
        errorDetails.add(where + ": " + trouble.detail());
      }
    }
  }

  long conflicts() {
    return conflicts.sum();
  }

  long refusals() {
    return refusals.sum();
  }

  long errors() {
    return errors.sum();
  }

  /** The first errors. */
  List<String> errorDetails() {
    synchronized (errorDetails) {
      return List.copyOf(errorDetails);
    }
  }

  /** How many errors had which code. */
  SortedMap<String, Long> errorCodes() {
    synchronized (errorDetails) {
      return new TreeMap<>(errorCodes);
    }
  }

  /**
   * What was done since the last call.
   *
   * @param operations of all kinds
   * @param latency of the kinds that are measured
   */
  record Interval(long operations, Latency latency) {}

  Interval takeInterval() {
    Histogram measured = new Histogram(LONGEST_MICROS, DIGITS);
    long operations = 0;
    for (Kind kind : Kind.values()) {
      Histogram part = timer(kind).takeInterval();
      operations += part.getTotalCount();
      if (kind.isMeasured()) {
        measured.add(part);
      }
    }
    return new Interval(operations, Latency.of(measured));
  }

  /** How often each kind was done, and how long it took; up to the last interval. */
  Map<Kind, Latency> byKind() {
    Map<Kind, Latency> all = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      all.put(kind, Latency.of(timer(kind).total));
    }
    return all;
  }
}
