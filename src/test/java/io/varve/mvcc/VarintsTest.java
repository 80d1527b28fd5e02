package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.varve.model.ErrorCode;
import io.varve.model.StoreFailure;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link Varints}. The bytes are on disk: never change an expected value. */
final class VarintsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "1, 01",
    "127, 7f",
    "128, 8001",
    "300, ac02",
    "16383, ff7f",
    "16384, 808001",
    "9007199254740991, ffffffffffffff0f",
    "9223372036854775807, ffffffffffffffff7f",
    "-1, ffffffffffffffffff01"
  })
  void put_goldenBytes(long number, String hex) {
    ByteBuffer target = ByteBuffer.allocate(Varints.size(number));
    Varints.put(target, number);

    assertThat(target.hasRemaining()).as("size() told the truth").isFalse();
    assertThat(HexFormat.of().formatHex(target.array())).isEqualTo(hex);
    assertThat(Varints.get(target.flip())).isEqualTo(number);
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2})
  void get_whatWasPut(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      long number = random.nextLong() >>> random.nextInt(64);
      ByteBuffer target = ByteBuffer.allocate(Varints.size(number));
      Varints.put(target, number);
      assertThat(Varints.get(target.flip())).isEqualTo(number);
      assertThat(target.hasRemaining()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ffffffffffffffffff02", // a 65th bit
        "8080808080808080807f",
        "8080808080808080808001"
      })
  void get_overSixtyFourBits(String hex) {
    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> Varints.get(buffer(hex)));
  }

  @Test
  void get_cutShort() {
    assertThatExceptionOfType(BufferUnderflowException.class)
        .isThrownBy(() -> Varints.get(buffer("8080")));
  }

  @Test
  void getBytes_longerThanTheSource() {
    assertThat(Varints.getBytes(buffer("026162"))).isEqualTo(new byte[] {0x61, 0x62});
    assertThat(Varints.getBytes(buffer("00"))).isEmpty();
    assertThatExceptionOfType(BufferUnderflowException.class)
        .isThrownBy(() -> Varints.getBytes(buffer("036162")));
    assertThatExceptionOfType(BufferUnderflowException.class)
        .isThrownBy(() -> Varints.getBytes(buffer("ffffffffffffffffff01")));
  }

  private static ByteBuffer buffer(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
  }
}
