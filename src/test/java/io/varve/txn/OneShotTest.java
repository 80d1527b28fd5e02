package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.model.Entry;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.StoreException;
import io.varve.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link OneShot}, {@link Condition} and {@link Comparison}. */
final class OneShotTest {
  private static final Key A = Key.of("a");
  private static final OneShot.Limits LIMITS = new OneShot.Limits(1000, 1000);

  private final MapView view = new MapView();

  /** A map as a transaction. */
  private static final class MapView implements WriteView {
    private final TreeMap<Key, Entry> entries = new TreeMap<>();
    private final List<Key> read = new ArrayList<>();

    @Override
    public Revision readRevision() {
      return new Revision(7);
    }

    @Override
    public @Nullable Entry get(Key key) {
      read.add(key);
      return entries.get(key);
    }

    @Override
    public ScanPage scan(KeyRange range, ScanOptions options) {
      List<Entry> found = entries.values().stream().filter(e -> range.contains(e.key())).toList();
      boolean cut = found.size() > options.limit();
      return new ScanPage(cut ? found.subList(0, options.limit()) : found, cut ? range : null);
    }

    @Override
    public void put(Key key, Value value) {
      entries.put(key, new Entry(key, value, Revision.ZERO));
    }

    @Override
    public void delete(Key key) {
      entries.remove(key);
    }
  }

  private OneShot.Result run(Operation... operations) {
    return new OneShot(List.of(), List.of(operations), List.of(), LIMITS).run(view);
  }

  private void store(String key, String value) {
    view.entries.put(Key.of(key), new Entry(Key.of(key), Value.of(value), new Revision(5)));
  }

  @ParameterizedTest
  @CsvSource({
    "EQ, 4, false", "EQ, 5, true", "NE, 4, true", "NE, 5, false", "LT, 5, false", "LT, 6, true",
    "LE, 4, false", "LE, 5, true", "GT, 4, true", "GT, 5, false", "GE, 5, true", "GE, 6, false"
  })
  void ofRevision_compares(Comparison comparison, long asked, boolean expected) {
    Entry entry = new Entry(A, Value.of("x"), new Revision(5));
    assertThat(new Condition.OfRevision(A, comparison, asked).holds(entry)).isEqualTo(expected);
  }

  @Test
  void ofRevision_absent_isZero() {
    assertThat(new Condition.OfRevision(A, Comparison.EQ, 0).holds(null)).isTrue();
    assertThat(new Condition.OfRevision(A, Comparison.LT, 1).holds(null)).isTrue();
  }

  @Test
  void ofValue_comparesUnsignedBytes() {
    Entry entry = new Entry(A, Value.copyOf(new byte[] {(byte) 0x80}), new Revision(5));
    Value lower = Value.copyOf(new byte[] {0x7F});
    assertThat(new Condition.OfValue(A, Comparison.GT, lower).holds(entry)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"EQ, false", "NE, true", "LT, false", "LE, false", "GT, false", "GE, false"})
  void ofValue_absent_isOnlyUnequal(Comparison comparison, boolean expected) {
    assertThat(new Condition.OfValue(A, comparison, Value.of("")).holds(null)).isEqualTo(expected);
  }

  @Test
  void conditions_allMustHold() {
    store("a", "1");
    Condition there = new Condition.Exists(A, true);
    Condition notThere = new Condition.Exists(Key.of("b"), true);
    List<Operation> success = List.of(new Operation.Put(Key.of("s"), Value.of("1")));
    List<Operation> failure = List.of(new Operation.Put(Key.of("f"), Value.of("1")));
    assertThat(new OneShot(List.of(there), success, failure, LIMITS).run(view).succeeded())
        .isTrue();
    assertThat(
            new OneShot(List.of(there, notThere), success, failure, LIMITS).run(view).succeeded())
        .isFalse();
    assertThat(view.entries).containsOnlyKeys(A, Key.of("s"), Key.of("f"));
  }

  @Test
  void conditions_afterTheFirstThatFails_areNotRead() {
    new OneShot(
            List.of(new Condition.Exists(A, true), new Condition.Exists(Key.of("b"), true)),
            List.of(),
            List.of(),
            LIMITS)
        .run(view);
    assertThat(view.read).containsExactly(A);
  }

  @Test
  void delete_absent_writesNothing() {
    assertThat(run(new Operation.Delete(A)).outcomes()).containsExactly(new Outcome.Deleted(false));
  }

  @Test
  void add_absent_countsFromZero() {
    assertThat(run(new Operation.Add(A, -3)).outcomes()).containsExactly(new Outcome.Added(-3));
    assertThat(view.entries.get(A)).isNotNull();
    assertThat(view.entries.get(A).value()).isEqualTo(Value.of("-3"));
  }

  @Test
  void add_keepsTheContentType() {
    Value typed = Value.wrap(new byte[] {'4', '0'}, "text/plain");
    view.entries.put(A, new Entry(A, typed, new Revision(5)));
    run(new Operation.Add(A, 2));
    assertThat(view.entries.get(A).value())
        .isEqualTo(Value.wrap(new byte[] {'4', '2'}, "text/plain"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "+1", " 1", "1.0", "--1", "٣", "9223372036854775808", "1e3"})
  void add_otherText_isNotANumber(String text) {
    store("a", text);
    assertThatThrownBy(() -> run(new Operation.Add(A, 1)))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_A_NUMBER));
  }

  @ParameterizedTest
  @CsvSource({"9223372036854775807, 1", "-9223372036854775808, -1"})
  void add_overflow_isNotANumber(String text, long delta) {
    store("a", text);
    assertThatThrownBy(() -> run(new Operation.Add(A, delta)))
        .hasMessage("Key a plus this delta does not fit 64 bits.");
  }

  @Test
  void scan_tellsWhetherThereIsMore() {
    store("a", "1");
    store("b", "2");
    List<Outcome> outcomes =
        run(new Operation.Scan(KeyRange.ALL, 1, false), new Operation.Scan(KeyRange.ALL, 2, false))
            .outcomes();
    assertThat(((Outcome.Scanned) outcomes.get(0)).more()).isTrue();
    assertThat(((Outcome.Scanned) outcomes.get(1)).more()).isFalse();
  }

  @Test
  void results_haveABound() {
    store("a", "x".repeat(600));
    assertThatThrownBy(() -> run(new Operation.Get(A), new Operation.Get(A)))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.TRANSACTION_TOO_LARGE);
              assertThat(e.context()).containsEntry("actual", 1202L);
            });
  }
}
