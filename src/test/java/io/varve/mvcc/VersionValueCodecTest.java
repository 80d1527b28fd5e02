package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.ErrorCode;
import io.varve.model.RandomBytes;
import io.varve.model.StoreException;
import io.varve.model.StoreFailure;
import io.varve.model.Value;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link VersionValueCodec}. The bytes are on disk: never change an expected value. */
final class VersionValueCodecTest {
  @Test
  void encode_goldenBytes() {
    assertRow(null, "01");
    assertRow(Value.of(""), "00");
    assertRow(Value.of("ab"), "006162");
    assertRow(Value.wrap(new byte[] {0, (byte) 0xFF}, "a/b"), "0203612f6200ff");
    assertRow(Value.wrap(new byte[0], ""), "0200");
    assertRow(Value.wrap(new byte[] {1}, "x".repeat(200)), "02c801" + "78".repeat(200) + "01");
  }

  private static void assertRow(@Nullable Value value, String hex) {
    byte[] row = VersionValueCodec.encode(value);

    assertThat(HexFormat.of().formatHex(row)).isEqualTo(hex);
    assertThat(VersionValueCodec.size(value)).isEqualTo(row.length);
    assertThat(VersionValueCodec.decode(row)).isEqualTo(value);
  }

  @Test
  void encode_deleteIsAFreshArray() {
    VersionValueCodec.encode(null)[0] = 9;

    assertThat(VersionValueCodec.encode(null)).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0100", // a delete with bytes
        "03", // delete and content type
        "04ffffffffffffffff", // an expiry, which this version does not know
        "80",
        "02", // no content type
        "0205612f62", // cut short
        "02ffffffffffffffffff01", // a length of over 2^63
        "02ffffffffff7f",
        "0201ff" // no ASCII
      })
  void decode_damagedRow(String row) {
    StoreFailure.expect(
        ErrorCode.STORAGE_CORRUPTED, () -> VersionValueCodec.decode(HexFormat.of().parseHex(row)));
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2})
  void decode_randomBytes(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      byte[] row = RandomBytes.key(random, 16);
      row[0] = (byte) random.nextInt(4);
      try {
        Value value = VersionValueCodec.decode(row);
        // A length may be padded, so that only what was read can be compared.
        assertThat(VersionValueCodec.decode(VersionValueCodec.encode(value))).isEqualTo(value);
      } catch (StoreException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_CORRUPTED);
      }
    }
  }
}
