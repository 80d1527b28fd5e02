package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.model.RandomBytes;
import io.varve.model.StoreException;
import io.varve.model.StoreFailure;
import io.varve.model.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link LogRecordCodec}. The bytes are on disk: never change an expected value. */
final class LogRecordCodecTest {
  private static final byte[] KEY = HexFormat.of().parseHex("0000000000000102");

  private static final Commit COMMIT =
      new Commit(
          258,
          255,
          1_700_000_000_000L,
          "t1",
          "ü",
          List.of(
              new Write(Key.of("a"), Value.of("xy")),
              new Write(Key.wrap(new byte[] {0, (byte) 0xFF}), null),
              new Write(Key.of("b"), Value.wrap(new byte[] {7}, "a/b"))));

  private static final String RECORD =
      "01" // a commit
          + "0000018bcfe56800" // time
          + "03" // distance
          + "027431" // transaction id
          + "02c3bc" // label
          + "00" // outcomes
          + "03" // operations
          + "0161"
          + "03"
          + "007879"
          + "0200ff"
          + "01"
          + "01"
          + "0162"
          + "06"
          + "0203612f6207";

  private static final Commit WITH_OUTCOMES =
      new Commit(
          258,
          255,
          1_700_000_000_000L,
          "t1",
          null,
          List.of(
              OutcomeRecord.ofMillis(
                  new OutcomeId(0x0102030405060708L, 0x1112131415161718L),
                  300,
                  new byte[] {'o', 'k'}),
              OutcomeRecord.ofMillis(new OutcomeId(0, 1), 1, new byte[0])),
          List.of(new Write(Key.of("a"), null)));

  private static final String RECORD_WITH_OUTCOMES =
      "01" // a commit
          + "0000018bcfe56800" // time
          + "03" // distance
          + "027431" // transaction id
          + "00" // label
          + "27" // bytes of outcomes
          + "01020304050607081112131415161718"
          + "ac02"
          + "026f6b"
          + "00000000000000000000000000000001"
          + "01"
          + "00"
          + "01" // operations
          + "0161"
          + "01"
          + "01";

  @Test
  void encode_withOutcomes() {
    assertThat(HexFormat.of().formatHex(LogRecordCodec.encode(WITH_OUTCOMES)))
        .isEqualTo(RECORD_WITH_OUTCOMES);
    assertThat(LogRecordCodec.decode(KEY, HexFormat.of().parseHex(RECORD_WITH_OUTCOMES)))
        .usingRecursiveComparison()
        .isEqualTo(WITH_OUTCOMES);
  }

  @Test
  void encode_outcomesWithoutWrites() {
    Commit commit = new Commit(258, 255, 5, null, null, WITH_OUTCOMES.outcomes(), List.<Write>of());

    assertThat(LogRecordCodec.decode(KEY, LogRecordCodec.encode(commit)))
        .usingRecursiveComparison()
        .isEqualTo(commit);
  }

  @Test
  void decode_withOutcomesCutShortAnywhere() {
    byte[] record = HexFormat.of().parseHex(RECORD_WITH_OUTCOMES);
    for (int length = 0; length < record.length; length++) {
      byte[] part = Arrays.copyOf(record, length);
      StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> LogRecordCodec.decode(KEY, part));
    }
  }

  @Test
  void encode_goldenBytes() {
    assertThat(LogRecordCodec.key(258)).isEqualTo(KEY);
    assertThat(HexFormat.of().formatHex(LogRecordCodec.encode(COMMIT))).isEqualTo(RECORD);
  }

  @Test
  void decode_goldenBytes() {
    byte[] record = HexFormat.of().parseHex(RECORD);

    assertThat(LogRecordCodec.decode(KEY, record)).isEqualTo(COMMIT);
    assertThat(LogRecordCodec.revision(KEY)).isEqualTo(258);
    assertThat(LogRecordCodec.timeMs(record)).isEqualTo(1_700_000_000_000L);
  }

  @Test
  void encode_withoutNamesOrWrites() {
    Commit commit = new Commit(1, 0, 5, null, null, List.of());
    byte[] record = LogRecordCodec.encode(commit);

    assertThat(HexFormat.of().formatHex(record)).isEqualTo("0100000000000000050100000000");
    assertThat(LogRecordCodec.decode(LogRecordCodec.key(1), record)).isEqualTo(commit);
  }

  @Test
  void decode_cutShortAnywhere() {
    byte[] record = HexFormat.of().parseHex(RECORD);
    for (int length = 0; length < record.length; length++) {
      byte[] part = Arrays.copyOf(record, length);
      StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> LogRecordCodec.decode(KEY, part));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "02000000000000000501000000" + "00", // unknown kind
        "0100000000000000050100000000" + "00", // bytes past the end
        "010000000000000005000000000" + "0", // distance 0: it would follow itself
        "01000000000000000583020000" + "0000", // it would follow revision -1
        "010000000000000005ffffffffffffffffff0100000000", // a distance of 2^64 - 1
        "01000000000000000501000000ffffffffffffffffff01", // operations: 2^64 - 1
        "01000000000000000501000000ffffff7f", // operations: more than there are bytes
        "010000000000000005010000000100" + "0100", // an empty key
        "0100000000000000050100000001016102" + "0100", // a delete with bytes
        "0100000000000000050100000100" + "00", // an outcome of one byte
        "010000000000000005010000ffffffff0f00", // more bytes of outcomes than there are
        "010000000000000005010000" // an outcome that is kept for no time
            + "1200000000000000000000000000000001000000",
      })
  void decode_damagedRecord(String record) {
    StoreFailure.expect(
        ErrorCode.STORAGE_CORRUPTED,
        () -> LogRecordCodec.decode(KEY, HexFormat.of().parseHex(record)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00000000000001", "0000000000000000", "ffffffffffffffff"})
  void decode_damagedKey(String key) {
    byte[] record = HexFormat.of().parseHex(RECORD);

    StoreFailure.expect(
        ErrorCode.STORAGE_CORRUPTED,
        () -> LogRecordCodec.decode(HexFormat.of().parseHex(key), record));
  }

  @Test
  void timeMs_cutShort() {
    StoreFailure.expect(
        ErrorCode.STORAGE_CORRUPTED, () -> LogRecordCodec.timeMs(new byte[] {1, 0, 0}));
    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> LogRecordCodec.timeMs(new byte[9]));
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void decode_damagedByteByByte(long seed) {
    var random = new Random(seed);
    byte[] sound = HexFormat.of().parseHex(seed % 2 == 0 ? RECORD_WITH_OUTCOMES : RECORD);
    for (int i = 0; i < 20_000; i++) {
      byte[] record = sound.clone();
      record[random.nextInt(record.length)] = (byte) random.nextInt(256);
      record[random.nextInt(record.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        Commit commit = LogRecordCodec.decode(KEY, record);
        assertThat(commit.previous()).isBetween(0L, 257L);
      } catch (StoreException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_CORRUPTED);
      }
    }
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2})
  void decode_whatWasEncoded(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      long revision = 1 + (random.nextLong() >>> 12);
      long previous = revision - 1 - (random.nextLong() >>> 1) % revision;
      List<Write> writes = new ArrayList<>();
      for (int w = random.nextInt(5); w > 0; w--) {
        writes.add(new Write(Key.wrap(RandomBytes.key(random, 200)), value(random)));
      }
      Commit commit = new Commit(revision, previous, random.nextLong(), "id" + i, null, writes);
      assertThat(LogRecordCodec.decode(LogRecordCodec.key(revision), LogRecordCodec.encode(commit)))
          .isEqualTo(commit);
    }
  }

  private static @Nullable Value value(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> null;
      case 1 -> Value.wrap(RandomBytes.key(random, 300), null);
      default -> Value.wrap(new byte[random.nextInt(2)], "text/plain");
    };
  }
}
