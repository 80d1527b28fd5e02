package io.varve.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What must hold in every state of what all workers write, and what proves a store wrong. */
final class SharedKeysTest {
  private static final String BANK = "shared/bank/";
  private static final String COUNTER = "shared/counter/";

  private final WrongAnswers wrong = new WrongAnswers();
  private final SharedKeys shared = new SharedKeys("", 10, wrong);
  private final SplittableRandom random = new SplittableRandom(1);
  private final MapView state = new MapView();

  /** A store without any other transaction. */
  private static final class MapView implements SoakView {
    private final SortedMap<String, Stored> entries = new TreeMap<>();

    @Override
    public @Nullable Stored get(String key) {
      return entries.get(key);
    }

    @Override
    public List<Stored> scan(Span span) {
      return entries.values().stream().filter(entry -> span.contains(entry.key())).toList();
    }

    @Override
    public void put(String key, String value) {
      entries.put(key, new Stored(key, value, 1));
    }

    @Override
    public void delete(String key) {
      entries.remove(key);
    }

    Snapshot snapshot() {
      return new Snapshot(1, List.copyOf(entries.values()));
    }
  }

  @BeforeEach
  void open() {
    for (Change change : shared.opening()) {
      state.put(change.key(), ((Change.Put) change).value());
    }
  }

  private void check() {
    shared.check(state.snapshot(), shared.counters().acknowledged());
  }

  private void increment(boolean isStored) {
    shared.counters().begin(0);
    if (isStored) {
      assertThat(shared.counters().increment(state, 0)).isPositive();
    }
    shared.counters().acknowledged(0);
  }

  @Test
  void rightWork_isRight() {
    check();
    for (int i = 0; i < 2_000; i++) {
      var _ = shared.bank().transfer(state, random);
      var _ = shared.pairs().toggle(state, random);
      increment(true);
      check();
    }
    assertThat(state.get(COUNTER + 0)).isNotNull().extracting(Stored::value).isEqualTo("2000");
    assertThat(wrong.first()).isEmpty();
  }

  @Test
  void tornTransfer_changesTheTotal() {
    state.put(BANK + "007", "990");
    check();
    assertThat(wrong.first()).singleElement().asString().startsWith("bank total");
  }

  @Test
  void missingAccount_isToldEvenIfItWasEmpty() {
    state.put(BANK + "007", "2000");
    state.put(BANK + "008", "0");
    check();
    assertThat(wrong.first()).isEmpty();
    state.delete(BANK + "008");
    check();
    assertThat(wrong.first()).singleElement().asString().startsWith("bank total");
  }

  @Test
  void overdrawnAccount() {
    state.put(BANK + "007", "-10");
    state.put(BANK + "008", "2010");
    check();
    assertThat(wrong.first()).singleElement().asString().startsWith("overdrawn");
  }

  @Test
  void lostUpdate_ofACounter() {
    increment(true);
    increment(false);
    check();
    assertThat(wrong.first()).singleElement().asString().startsWith("lost or doubled update");
  }

  @Test
  void doubledUpdate_ofACounter() {
    increment(true);
    assertThat(shared.counters().increment(state, 0)).isEqualTo(2);
    check();
    assertThat(wrong.first()).singleElement().asString().startsWith("lost or doubled update");
  }

  @Test
  void incrementUnderWay_mayBeThereOrNot() {
    shared.counters().begin(0);
    check();
    assertThat(shared.counters().increment(state, 0)).isOne();
    check();
    assertThat(wrong.first()).isEmpty();
  }

  @Test
  void refusedIncrement_mustNotBeThere() {
    shared.counters().begin(0);
    shared.counters().refused(0);
    assertThat(shared.counters().increment(state, 0)).isOne();
    check();
    assertThat(wrong.first()).singleElement().asString().startsWith("lost or doubled update");
  }

  @Test
  void writeSkew_turnsBothOff() {
    List<String> pair =
        state.entries.keySet().stream().filter(key -> key.contains("/pair/0/")).toList();
    pair.forEach(key -> state.put(key, "off"));
    check();
    assertThat(wrong.first()).singleElement().asString().startsWith("write skew");
  }

  @Test
  void past_thatChanges() {
    Snapshot before = state.snapshot();
    shared.past().add(before, 0);
    PastSnapshots.@Nullable Taken taken = shared.past().pick(random);
    assertThat(taken).isNotNull();
    shared.past().check(taken, before);
    assertThat(wrong.first()).isEmpty();
    List<Stored> moved = new ArrayList<>(before.entries());
    moved.sort(Comparator.comparing(Stored::value));
    shared.past().check(taken, new Snapshot(before.revision(), moved));
    assertThat(wrong.first()).singleElement().asString().startsWith("the past changed");
  }
}
