package io.varve.bench.soak;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;

/** Collects what is proven wrong. Thread-safe. */
final class WrongAnswers {
  private static final int KEPT = 20;

  @GuardedBy("this")
  private final List<String> first = new ArrayList<>();

  @GuardedBy("this")
  private long count;

  /**
   * Notes one.
   *
   * @param rule which rule is broken, in a few words
   * @param detail what was expected and what was found
   */
  synchronized void add(String rule, String detail) {
    count++;
    if (first.size() < KEPT) {
      first.add(rule + ": " + detail);
    }
  }

  synchronized long count() {
    return count;
  }

  /** The first of them. */
  synchronized List<String> first() {
    return List.copyOf(first);
  }
}
