package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link Key}. */
final class KeyTest {
  @Test
  void copyOf_empty() {
    StoreException failure =
        StoreFailure.expect(ErrorCode.MALFORMED_REQUEST, () -> Key.copyOf(new byte[0]));

    assertThat(failure.context()).containsEntry("field", "key");
  }

  @Test
  void copyOf_arrayChangedAfterwards() {
    byte[] bytes = {1, 2};
    Key key = Key.copyOf(bytes);
    bytes[0] = 9;

    assertThat(key.array()).containsExactly(1, 2);
  }

  @Test
  void compareTo_bytesAreUnsigned() {
    assertThat(key(0x7F)).isLessThan(key(0x80));
    assertThat(key(0x80)).isLessThan(key(0xFF));
    assertThat(key(0x61)).isLessThan(key(0x61, 0));
    assertThat(key(0x61, 0)).isLessThan(key(0x61, 0, 0));
    assertThat(key(0x61, 0xFF)).isLessThan(key(0x62));
  }

  @Test
  void successor_hasNoKeyBetween() {
    Key key = key(0x61, 0xFF);

    assertThat(key.successor()).isEqualTo(key(0x61, 0xFF, 0)).isGreaterThan(key);
  }

  @Test
  void equals_sameBytes() {
    assertThat(Key.of("a")).isEqualTo(key(0x61)).hasSameHashCodeAs(key(0x61));
    assertThat(Key.of("a")).isNotEqualTo(Key.of("b")).isNotEqualTo("a");
  }

  @Test
  void startsWith_prefixLongerThanKey() {
    assertThat(Key.of("ab").startsWith(Key.of("a"))).isTrue();
    assertThat(Key.of("ab").startsWith(Key.of("ab"))).isTrue();
    assertThat(Key.of("ab").startsWith(Key.of("abc"))).isFalse();
    assertThat(Key.of("ab").startsWith(Key.of("b"))).isFalse();
  }

  @Test
  void toString_controlCharacters() {
    assertThat(Key.of("a\nb")).hasToString("0x610a62");
  }

  @Test
  void toString_notText() {
    assertThat(Key.of("users/ü")).hasToString("users/ü");
    assertThat(key(0xFF, 0x00)).hasToString("0xff00");
    assertThat(key(0xFF).utf8()).isNull();
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3})
  void compareTo_agreesWithUnsignedArrays(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      byte[] left = RandomBytes.key(random, 6);
      byte[] right = RandomBytes.key(random, 6);
      assertThat(Integer.signum(Key.wrap(left).compareTo(Key.wrap(right))))
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(left, right)));
    }
  }

  private static Key key(int... bytes) {
    byte[] array = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      array[i] = (byte) bytes[i];
    }
    return Key.wrap(array);
  }
}
