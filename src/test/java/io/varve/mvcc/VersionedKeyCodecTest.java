package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.RandomBytes;
import io.varve.model.Revision;
import io.varve.model.StoreException;
import io.varve.model.StoreFailure;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link VersionedKeyCodec}. The bytes are on disk: never change an expected value. */
final class VersionedKeyCodecTest {
  @ParameterizedTest
  @CsvSource({
    "61, 1, 610000fffffffffffffffe",
    "61, 9007199254740991, 610000ffe0000000000000",
    "00, 258, 00ff0000fffffffffffffefd",
    "6100ff, 7, 6100ffff0000fffffffffffffff8",
    "0000, 7, 00ff00ff0000fffffffffffffff8",
    "ff, 7, ff0000fffffffffffffff8",
  })
  void encode_goldenBytes(String key, long revision, String row) {
    byte[] encoded = VersionedKeyCodec.encode(Key.wrap(bytes(key)), revision);

    assertThat(hex(encoded)).isEqualTo(row);
    assertThat(VersionedKeyCodec.key(encoded)).isEqualTo(Key.wrap(bytes(key)));
    assertThat(VersionedKeyCodec.revision(encoded)).isEqualTo(revision);
  }

  @Test
  void reservedRows_goldenBytes() {
    assertThat(hex(VersionedKeyCodec.FLUSHED)).isEqualTo("0000666c7573686564");
    assertThat(hex(VersionedKeyCodec.PRUNED)).isEqualTo("00007072756e6564");
    assertThat(hex(VersionedKeyCodec.FIRST_VERSION)).isEqualTo("0001");
    assertThat(hex(VersionedKeyCodec.revisionBytes(258))).isEqualTo("0000000000000102");
    assertThat(VersionedKeyCodec.revisionOf(bytes("0000000000000102"))).isEqualTo(258);
    assertThat(VersionedKeyCodec.revisionOf(null)).isZero();
  }

  @Test
  void reservedRows_sortBelowEveryVersion() {
    byte[] smallest = VersionedKeyCodec.encode(Key.wrap(new byte[] {0}), Revision.MAX_VALUE);

    assertThat(below(VersionedKeyCodec.FLUSHED, VersionedKeyCodec.FIRST_VERSION)).isTrue();
    assertThat(below(VersionedKeyCodec.PRUNED, VersionedKeyCodec.FIRST_VERSION)).isTrue();
    assertThat(below(VersionedKeyCodec.FIRST_VERSION, smallest)).isTrue();
  }

  @Test
  void bounds_ofARangeWithoutBounds() {
    assertThat(VersionedKeyCodec.lowerBound(KeyRange.ALL))
        .isEqualTo(VersionedKeyCodec.FIRST_VERSION);
    assertThat(VersionedKeyCodec.upperBound(KeyRange.ALL)).isNull();
    assertThat(hex(VersionedKeyCodec.upperBound(Key.of("a")))).isEqualTo("610001");
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void encode_keepsTheOrder(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      Key left = Key.wrap(RandomBytes.key(random, 5));
      Key right = Key.wrap(RandomBytes.key(random, 5));
      long older = 1L + random.nextInt(1000);
      long newer = older + 1 + random.nextInt(1000);
      byte[] leftOld = VersionedKeyCodec.encode(left, older);
      byte[] leftNew = VersionedKeyCodec.encode(left, newer);
      byte[] rightOld = VersionedKeyCodec.encode(right, older);

      assertThat(VersionedKeyCodec.key(leftOld)).isEqualTo(left);
      assertThat(below(leftNew, leftOld)).as("the newest version comes first").isTrue();
      assertThat(Integer.signum(Arrays.compareUnsigned(leftOld, rightOld)))
          .as("%s and %s", left, right)
          .isEqualTo(Integer.signum(left.compareTo(right)));
      byte[] lower = VersionedKeyCodec.lowerBound(left);
      byte[] upper = VersionedKeyCodec.upperBound(left);
      assertThat(below(lower, leftNew) && below(leftOld, upper)).isTrue();
      boolean same = left.equals(right);
      assertThat(below(lower, rightOld) && below(rightOld, upper)).isEqualTo(same);
      assertThat(VersionedKeyCodec.belongsTo(rightOld, lower)).isEqualTo(same);
      assertThat(VersionedKeyCodec.prefix(leftOld)).isEqualTo(lower);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "61",
        "0000fffffffffffffffe", // no key
        "610001fffffffffffffffe", // another terminator
        "6100000000fffffffffffffffe", // a zero byte that is not escaped
        "61000000fffffffffffffffe",
        "00000000fffffffffffffffe"
      })
  void key_damagedRow(String row) {
    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> VersionedKeyCodec.key(bytes(row)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fffffffffffffffe",
        "610000ffffffffffffffff", // revision 0
        "6100007ffffffffffffffe", // negative
        "610000ffdfffffffffffff" // above 2^53 - 1
      })
  void revision_damagedRow(String row) {
    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> VersionedKeyCodec.revision(bytes(row)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "00000000000000", "000000000000000000", "ffffffffffffffff"})
  void revisionOf_damagedRow(String row) {
    StoreFailure.expect(
        ErrorCode.STORAGE_CORRUPTED, () -> VersionedKeyCodec.revisionOf(bytes(row)));
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3})
  void key_randomBytes(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      byte[] row = RandomBytes.key(random, 20);
      try {
        Key key = VersionedKeyCodec.key(row);
        long revision = VersionedKeyCodec.revision(row);
        assertThat(VersionedKeyCodec.encode(key, revision)).isEqualTo(row);
      } catch (StoreException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_CORRUPTED);
      }
    }
  }

  private static boolean below(byte[] left, byte[] right) {
    return Arrays.compareUnsigned(left, right) < 0;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
