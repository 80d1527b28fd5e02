package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link KeyRange}. */
final class KeyRangeTest {
  @Test
  void new_inverted() {
    StoreFailure.expect(ErrorCode.MALFORMED_REQUEST, () -> new KeyRange(Key.of("b"), Key.of("a")));
  }

  @Test
  void contains_edges() {
    KeyRange range = new KeyRange(Key.of("b"), Key.of("d"));

    assertThat(range.contains(Key.of("a"))).isFalse();
    assertThat(range.contains(Key.of("b"))).isTrue();
    assertThat(range.contains(Key.of("czz"))).isTrue();
    assertThat(range.contains(Key.of("d"))).isFalse();
    assertThat(KeyRange.ALL.contains(Key.wrap(new byte[] {0}))).isTrue();
  }

  @Test
  void isEmpty_sameBounds() {
    assertThat(new KeyRange(Key.of("a"), Key.of("a")).isEmpty()).isTrue();
    assertThat(new KeyRange(Key.of("a"), Key.of("a").successor()).isEmpty()).isFalse();
    assertThat(KeyRange.ALL.isEmpty()).isFalse();
  }

  @Test
  void single_holdsOneKey() {
    KeyRange range = KeyRange.single(Key.of("a"));

    assertThat(range.contains(Key.of("a"))).isTrue();
    assertThat(range.contains(Key.of("a").successor())).isFalse();
  }

  @Test
  void prefix_endsInFf() {
    assertThat(KeyRange.prefix(Key.of("ab")).end()).isEqualTo(Key.of("ac"));
    assertThat(KeyRange.prefix(Key.wrap(new byte[] {1, (byte) 0xFF, (byte) 0xFF})).end())
        .isEqualTo(Key.wrap(new byte[] {2}));
    assertThat(KeyRange.prefix(Key.wrap(new byte[] {(byte) 0xFF, (byte) 0xFF})).end()).isNull();
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2})
  void prefix_holdsExactlyTheKeysThatBeginWithIt(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      Key prefix = Key.wrap(RandomBytes.key(random, 2));
      Key key = Key.wrap(RandomBytes.key(random, 4));
      assertThat(KeyRange.prefix(prefix).contains(key))
          .as("%s of prefix %s", key, prefix)
          .isEqualTo(key.startsWith(prefix));
    }
  }
}
