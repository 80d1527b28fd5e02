package io.varve.bench.soak;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Collects what is proven wrong. Thread-safe. */
final class WrongAnswers {
  /** Of each rule, so that one which is often broken does not hide the others. */
  private static final int KEPT = 5;

  @GuardedBy("this")
  private final SequencedMap<String, List<String>> first = new LinkedHashMap<>();

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
    List<String> ofRule = first.computeIfAbsent(rule, _ -> new ArrayList<>());
    if (ofRule.size() < KEPT) {
      ofRule.add(rule + ": " + detail);
    }
  }

  synchronized long count() {
    return count;
  }

  /** The first of them, by rule. */
  synchronized List<String> first() {
    return first.values().stream().flatMap(List::stream).toList();
  }
}
