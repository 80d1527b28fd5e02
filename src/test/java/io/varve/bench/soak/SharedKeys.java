package io.varve.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** What all workers write: accounts, counters, pairs, and keys that anybody overwrites. */
final class SharedKeys {
  private static final int SCANNED = 100;

  private final String auditPrefix;
  private final String blindPrefix;
  private final int blindKeys;
  private final Bank bank;
  private final Counters counters;
  private final Pairs pairs;
  private final PastSnapshots past;
  private final RecentRevisions recent;

  /**
   * Keys below {@code prefix}.
   *
   * @param blindKeys how many that anybody overwrites
   */
  SharedKeys(String prefix, int blindKeys, WrongAnswers wrong) {
    this.auditPrefix = prefix + "shared/";
    this.blindPrefix = prefix + "blind/";
    this.blindKeys = blindKeys;
    this.bank = new Bank(auditPrefix + "bank/", wrong);
    this.counters = new Counters(auditPrefix + "counter/", wrong);
    this.pairs = new Pairs(auditPrefix + "pair/", wrong);
    this.past = new PastSnapshots(wrong);
    this.recent = new RecentRevisions(wrong);
  }

  Bank bank() {
    return bank;
  }

  Counters counters() {
    return counters;
  }

  Pairs pairs() {
    return pairs;
  }

  PastSnapshots past() {
    return past;
  }

  RecentRevisions recent() {
    return recent;
  }

  /** Everything of which every state has a property. */
  Span audited() {
    return Span.below(auditPrefix);
  }

  /** What must be written, as one commit, before the work begins. */
  List<Change> opening() {
    List<Change> changes = new ArrayList<>(bank.opening());
    changes.addAll(counters.opening());
    changes.addAll(pairs.opening());
    return changes;
  }

  /**
   * All that is audited was read from one state.
   *
   * @param acknowledged increments that this state must hold
   */
  void check(Snapshot snapshot, long[] acknowledged) {
    bank.check(snapshot);
    pairs.check(snapshot);
    counters.check(snapshot, acknowledged);
  }

  String blindKey(RandomGenerator random) {
    return blindKey(random.nextInt(blindKeys));
  }

  private String blindKey(int number) {
    return String.format(Locale.ROOT, "%s%08d", blindPrefix, number);
  }

  Span blindSpan(RandomGenerator random) {
    int from = random.nextInt(blindKeys);
    return new Span(blindKey(from), blindKey(from + SCANNED));
  }
}
