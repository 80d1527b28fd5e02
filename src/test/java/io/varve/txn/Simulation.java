package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.LostRange;
import io.varve.model.OutcomeRecord;
import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.model.StoreException;
import io.varve.model.Value;
import io.varve.mvcc.LogRetention;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.OverlayLimits;
import io.varve.mvcc.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the parts of one simulated run share: the store, the model, chance and bookkeeping. */
final class Simulation {
  static final int MAX_OPEN = 5;
  static final int MAX_OPERATIONS = 12;
  static final int MAX_TRANSACTION_BYTES = 400;
  static final int MAX_VALUE_BYTES = 300;
  private static final long MAX_PLAUSIBLE = 1L << 40;

  /** The simulated process has ended in the middle of an operation. */
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** How a call ended: with a result, or with an error code. */
  record Outcome<T>(@Nullable T value, @Nullable ErrorCode code) {
    T get() {
      assertThat(code).as("error of a call that must work").isNull();
      if (value == null) {
        throw new AssertionError("a call that must answer did not");
      }
      return value;
    }
  }

  /** A transaction of the store and its twin. */
  record Open(Transaction real, ModelTransaction twin) {}

  final Random random;
  final SimulationClock clock;
  final ModelStore model = new ModelStore();
  final SimulatedStore store;
  final List<Open> open = new ArrayList<>();
  final SimulatedHolds holds;
  final List<Key> keys = new ArrayList<>();

  /** How often each kind of event happened, over all runs. */
  private final Map<String, AtomicLong> events;

  /** Stricter rules that a full prune may still be applying. */
  final NavigableSet<Retention> pendingRules;

  MvccSettings settings;

  /** The commit under way, which a crash may or may not keep; revision 0 if not known. */
  ModelStore.@Nullable ModelCommit pending;

  /** The revision that the next commit must get; 0 after a crash, when it only must be new. */
  long nextRevision = 1;

  long clockStepsBack;
  long prunedTo;
  private final StringBuilder trail = new StringBuilder();

  Simulation(
      Random random, SimulationClock clock, SimulatedStore store, Map<String, AtomicLong> events) {
    this.random = random;
    this.clock = clock;
    this.store = store;
    this.events = events;
    this.pendingRules =
        new TreeSet<>(
            (left, right) ->
                left.keepVersions() != right.keepVersions()
                    ? Integer.compare(left.keepVersions(), right.keepVersions())
                    : left.keepAge().compareTo(right.keepAge()));
    this.holds = new SimulatedHolds(this);
    this.settings = someSettings();
    addKeys();
  }

  private void addKeys() {
    byte[][] awkward = {
      {0},
      {0, 0},
      {0, (byte) 0xFF},
      {0, 1},
      {'a'},
      {'a', 0},
      {'a', 0, 0},
      {'a', 0, (byte) 0xFF},
      {'a', 'b'},
      {(byte) 0xFF},
      {(byte) 0xFF, (byte) 0xFF},
      {(byte) 0xFF, 0}
    };
    for (byte[] bytes : awkward) {
      if (random.nextBoolean()) {
        keys.add(Key.copyOf(bytes));
      }
    }
    int plain = 2 + random.nextInt(random.nextBoolean() ? 4 : 30);
    for (int i = 0; i < plain; i++) {
      keys.add(Key.of("key-" + i));
    }
  }

  void count(String event) {
    events.computeIfAbsent(event, _ -> new AtomicLong()).incrementAndGet();
  }

  /** Adds to what a failure says about the operation under way. */
  void note(Object detail) {
    trail.append(' ').append(detail);
  }

  String takeTrail() {
    String text = trail.toString();
    trail.setLength(0);
    return text;
  }

  /** A clock with which commits are made never goes back. */
  long nextTimeMs() {
    return Math.max(model.lastTimeMs(), clock.millis());
  }

  <T> Outcome<T> attempt(Supplier<T> work) {
    try {
      return new Outcome<>(work.get(), null);
    } catch (StoreException e) {
      if (store.storage().hasCrashed()) {
        throw new Crash();
      }
      return new Outcome<>(null, e.code());
    }
  }

  /** Waits for a commit that is in order, unless the machine crashes meanwhile. */
  void awaitVisible(Revision ordered) {
    boolean visible = false;
    try {
      visible = store.store().awaitVisible(ordered, Duration.ofMinutes(1));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (!visible && store.storage().hasCrashed()) {
      throw new Crash();
    }
    assertThat(visible).as("revision %s is visible", ordered).isTrue();
  }

  /** Before a commit: from here on a crash may or may not keep it. */
  void willCommit(Collection<Write> writes) {
    willCommit(writes, List.of());
  }

  /** The same, with outcomes that are kept with it. */
  void willCommit(Collection<Write> writes, List<OutcomeRecord> outcomes) {
    pending =
        new ModelStore.ModelCommit(
            nextRevision, nextTimeMs(), ModelStore.byKey(writes), List.copyOf(outcomes));
  }

  void didNotCommit() {
    pending = null;
  }

  /** After the acknowledgement of what {@link #willCommit} announced. */
  void committed(long revision) {
    ModelStore.ModelCommit commit = pending;
    assertThat(commit).as("a commit that was announced").isNotNull();
    if (commit == null) {
      return;
    }
    assertRevision(revision, commit.revision());
    if (clock.millis() < model.lastTimeMs() - 1000) {
      clockStepsBack++;
    }
    model.commit(commit.at(revision));
    nextRevision = revision + 1;
    pending = null;
  }

  void assertRevision(long revision, long expected) {
    if (expected != 0) {
      assertThat(revision).as("revision of the commit").isEqualTo(expected);
    }
    assertThat(revision)
        .as("revisions rise")
        .isGreaterThan(model.highestSeen())
        .isLessThan(MAX_PLAUSIBLE);
  }

  /** Every revision that somebody reads at or holds. */
  NavigableSet<Long> held() {
    NavigableSet<Long> held = new TreeSet<>();
    open.forEach(transaction -> held.add(transaction.twin().snapshot));
    held.addAll(holds.revisions());
    return held;
  }

  List<LostRange> lostRanges() {
    return store.store().status().lostRanges();
  }

  /** Why a revision cannot be read, or null if it can. */
  @Nullable ErrorCode refusal(long revision) {
    if (lostRanges().stream().anyMatch(range -> range.contains(revision))) {
      return ErrorCode.REVISION_LOST;
    }
    if (revision > model.visible()) {
      return ErrorCode.REVISION_IN_FUTURE;
    }
    boolean gone = revision < prunedTo && revision != 0 && !held().contains(revision);
    return gone ? ErrorCode.REVISION_PRUNED : null;
  }

  Key someKey() {
    return keys.get(random.nextInt(keys.size()));
  }

  Value someValue() {
    byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(200) : random.nextInt(12)];
    random.nextBytes(bytes);
    return Value.wrap(bytes, random.nextInt(6) == 0 ? "text/plain" : null);
  }

  KeyRange someRange() {
    if (random.nextInt(3) == 0) {
      return KeyRange.ALL;
    }
    if (random.nextInt(4) == 0) {
      return KeyRange.prefix(someKey());
    }
    Key one = someKey();
    Key other = someKey();
    Key start = one.compareTo(other) <= 0 ? one : other;
    Key end = one.compareTo(other) <= 0 ? other : one;
    return new KeyRange(
        random.nextInt(5) == 0 ? null : start, random.nextInt(5) == 0 ? null : end.successor());
  }

  Retention someRetention() {
    long[] ages = {0, 0, 500, 2_000, 10_000};
    return new Retention(1 + random.nextInt(3), Duration.ofMillis(ages[random.nextInt(5)]));
  }

  MvccSettings someSettings() {
    Durability durability = List.of(Durability.values()).get(random.nextInt(3));
    long flushBytes = 500L + random.nextInt(random.nextBoolean() ? 2_000 : 15_000);
    return new MvccSettings(
        store.directory(),
        durability,
        new OverlayLimits(
            flushBytes,
            5 + random.nextInt(60),
            flushBytes + 500 + random.nextInt(4_000),
            1 + random.nextInt(8)),
        random.nextBoolean() ? 2_000 : 1 << 20,
        someRetention(),
        new LogRetention(Duration.ofMillis(random.nextInt(20_000)), random.nextInt(8_000)),
        false,
        1 + random.nextInt(random.nextBoolean() ? 4 : 200));
  }

  TransactionSettings transactionSettings() {
    return new TransactionSettings(
        new TransactionLimits(64, MAX_VALUE_BYTES, MAX_OPERATIONS, MAX_TRANSACTION_BYTES, MAX_OPEN),
        3,
        Duration.ofHours(1),
        Duration.ofMillis(1),
        Duration.ofSeconds(20),
        new AdaptiveBatchSettings(2, 12, 2, 8, 1_000, 0.08, 0.5, 0.3, 2));
  }

  static Map<String, AtomicLong> newTally() {
    return new LinkedHashMap<>();
  }
}
