package io.varve.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests for {@link Principal}, and by that for {@link KeyRanges}. */
final class PrincipalTest {
  private static final int KEYS = 24;

  private static Principal reader(KeyRange... ranges) {
    return new Principal("token:x", "x", List.of(new Grant(Role.READER, List.of(ranges))));
  }

  private static KeyRange range(@Nullable String start, @Nullable String end) {
    return new KeyRange(start == null ? null : Key.of(start), end == null ? null : Key.of(end));
  }

  @Test
  void roles_doNotIncludeEachOther() {
    Principal admin = new Principal("a", "a", List.of(Grant.everywhere(Role.ADMIN)));
    assertThat(admin.allows(Action.ADMINISTER, KeyRange.ALL)).isTrue();
    assertThat(admin.allows(Action.OBSERVE, KeyRange.ALL)).isTrue();
    assertThat(admin.allowsSome(Action.READ)).isFalse();
    Principal writer = new Principal("w", "w", List.of(Grant.everywhere(Role.WRITER)));
    assertThat(writer.allows(Action.READ, KeyRange.ALL)).isTrue();
    assertThat(writer.allows(Action.WRITE, KeyRange.ALL)).isTrue();
    assertThat(writer.allowsSome(Action.OBSERVE)).isFalse();
  }

  @Test
  void rangesThatTouch_areOne() {
    Principal touching = reader(range("b", "c"), range("a", "b"));
    assertThat(touching.allows(Action.READ, range("a", "c"))).isTrue();
    assertThat(touching.allows(Action.READ, range("a", "c0"))).isFalse();
    Principal apart = reader(range("a", "b"), range("b0", "c"));
    assertThat(apart.allows(Action.READ, range("a", "c"))).isFalse();
  }

  @Test
  void openEnds_takeAnOpenEnd() {
    assertThat(reader(range("a", "z")).allows(Action.READ, range("b", null))).isFalse();
    assertThat(reader(range("a", null)).allows(Action.READ, range("b", null))).isTrue();
    assertThat(reader(range("a", null)).allows(Action.READ, range(null, "b"))).isFalse();
    assertThat(reader(range("a", null), range(null, "b")).allows(Action.READ, KeyRange.ALL))
        .isTrue();
  }

  @Test
  void nobody_mayDoNothingWithNoKeysEither() {
    KeyRange empty = range("a", "a");
    assertThat(reader().allows(Action.READ, empty)).isFalse();
    assertThat(reader(range("x", "y")).allows(Action.READ, empty)).isTrue();
  }

  /** Over keys of one byte, of which there are few enough to ask for each. */
  @Test
  void allows_isThatOfEachKey() {
    Random random = new Random(4);
    for (int i = 0; i < 5_000; i++) {
      List<KeyRange> granted = new ArrayList<>();
      for (int j = random.nextInt(5); j > 0; j--) {
        granted.add(randomRange(random));
      }
      Principal caller = reader(granted.toArray(KeyRange[]::new));
      KeyRange asked = randomRange(random);
      boolean isEach =
          keysOf(asked).stream()
              .allMatch(key -> granted.stream().anyMatch(range -> range.contains(key)));
      assertThat(caller.allows(Action.READ, asked)).as(asked + " of " + granted).isEqualTo(isEach);
    }
  }

  /** Ends at the successors of keys too, so that there are ranges of one key. */
  private static KeyRange randomRange(Random random) {
    int start = random.nextInt(KEYS);
    int end = start + 1 + random.nextInt(KEYS - start);
    return new KeyRange(key(start), key(end));
  }

  private static List<Key> keysOf(KeyRange range) {
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i <= KEYS; i++) {
      if (range.contains(key(i))) {
        keys.add(key(i));
      }
    }
    return keys;
  }

  private static Key key(int number) {
    return Key.copyOf(new byte[] {(byte) (100 + number)});
  }
}
