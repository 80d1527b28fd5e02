package io.varve.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Numbers that all workers count up. A number is never below what is acknowledged and never above
 * what was begun, so a lost update shows, and so does one that was done twice. Thread-safe.
 */
final class Counters {
  private static final int COUNTERS = 4;

  private final String prefix;
  private final WrongAnswers wrong;
  private final List<Bounds> bounds = new ArrayList<>();

  /** What is known of one counter. */
  private static final class Bounds {
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
  }

  Counters(String prefix, WrongAnswers wrong) {
    this.prefix = prefix;
    this.wrong = wrong;
    for (int i = 0; i < COUNTERS; i++) {
      bounds.add(new Bounds());
    }
  }

  String key(int number) {
    return prefix + number;
  }

  int pick(RandomGenerator random) {
    return random.nextInt(COUNTERS);
  }

  List<Change> opening() {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < COUNTERS; i++) {
      changes.add(new Change.Put(key(i), "0"));
    }
    return changes;
  }

  /** Reads and writes; what it is now. */
  long increment(SoakView view, int number) {
    long before = Long.parseLong(Objects.requireNonNull(view.get(key(number))).value());
    view.put(key(number), Long.toString(before + 1));
    return before + 1;
  }

  /** To be called before an increment. */
  void begin(int number) {
    bounds.get(number).begun.incrementAndGet();
  }

  /** The increment is committed. */
  void acknowledged(int number) {
    bounds.get(number).acknowledged.incrementAndGet();
  }

  /** The increment was refused: it is certain that it was not done. */
  void refused(int number) {
    bounds.get(number).begun.decrementAndGet();
  }

  /** What is acknowledged by now; to be taken before a read. */
  long[] acknowledged() {
    return bounds.stream().mapToLong(each -> each.acknowledged.get()).toArray();
  }

  /**
   * A snapshot of the newest state was read.
   *
   * @param least what was acknowledged before that
   */
  void check(Snapshot snapshot, long[] least) {
    int found = 0;
    for (Stored entry : snapshot.entries()) {
      if (entry.key().startsWith(prefix)) {
        found++;
        int number = Integer.parseInt(entry.key().substring(prefix.length()));
        long value = Long.parseLong(entry.value());
        long most = bounds.get(number).begun.get();
        if (value < least[number] || value > most) {
          String range = least[number] + " to " + most;
          wrong.add("lost or doubled update", entry + " should be " + range);
        }
      }
    }
    if (found != COUNTERS) {
      wrong.add("counters", found + " of " + COUNTERS + " at revision " + snapshot.revision());
    }
  }
}
