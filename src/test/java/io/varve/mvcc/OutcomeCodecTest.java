package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.ErrorCode;
import io.varve.model.KeptOutcome;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.model.StoreException;
import io.varve.model.StoreFailure;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link OutcomeCodec}. The bytes are on disk: never change an expected value. */
final class OutcomeCodecTest {
  private static final OutcomeId ID = new OutcomeId(0x0102030405060708L, 0x1112131415161718L);
  private static final OutcomeRecord OUTCOME =
      OutcomeRecord.ofMillis(ID, 300, "ok".getBytes(StandardCharsets.US_ASCII));
  private static final OutcomeRecord EMPTY =
      OutcomeRecord.ofMillis(new OutcomeId(0, 1), 1, new byte[0]);

  private static final String IN_RECORD =
      "01020304050607081112131415161718" // id
          + "ac02" // ms to keep it
          + "02"
          + "6f6b"
          + "00000000000000000000000000000001"
          + "01"
          + "00";

  private static final String ROW =
      "0000000000000102" // revision
          + "0000018bcfe56800" // time
          + "000000000000012c" // ms to keep it
          + "6f6b";

  @Test
  void write_goldenBytes() {
    assertThat(written(List.of(OUTCOME, EMPTY))).isEqualTo(IN_RECORD);
    assertThat(written(List.of())).isEmpty();
  }

  @Test
  void read_goldenBytes() {
    assertThat(OutcomeCodec.read(bytes(IN_RECORD)))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(OUTCOME, EMPTY);
    assertThat(OutcomeCodec.read(bytes(""))).isEmpty();
  }

  @Test
  void read_cutShortAnywhere() {
    for (int length = 1; length < IN_RECORD.length() / 2; length++) {
      String part = IN_RECORD.substring(0, 2 * length);
      try {
        // The end of the first is the one place where nothing is missing.
        assertThat(OutcomeCodec.read(bytes(part))).hasSize(1);
        assertThat(length).isEqualTo(OutcomeCodec.size(List.of(OUTCOME)));
      } catch (BufferUnderflowException _) {
        assertThat(length).isNotEqualTo(OutcomeCodec.size(List.of(OUTCOME)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000000000000000000000000001" + "00" + "00", // kept for no time
        "00000000000000000000000000000001" + "ffffffffffffffffff01" + "00", // -1 ms
        "00000000000000000000000000000001" + "ffffffffffffffffff7f" + "00", // over 64 bits
      })
  void read_damaged(String record) {
    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> OutcomeCodec.read(bytes(record)));
  }

  @Test
  void row_goldenBytes() {
    KeptOutcome kept = new KeptOutcome(OUTCOME, 258, 1_700_000_000_000L);

    byte[] row = OutcomeCodec.encodeRow(kept);

    assertThat(HexFormat.of().formatHex(row)).isEqualTo(ROW);
    assertThat(OutcomeCodec.rowBytes(OUTCOME)).isEqualTo(row.length);
    assertThat(OutcomeCodec.decodeRow(ID, HexFormat.of().parseHex(ROW)))
        .usingRecursiveComparison()
        .isEqualTo(kept);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00000000000001020000018bcfe56800000000000000 01", // one byte short
        "00000000000000000000018bcfe56800000000000000012c", // revision 0
        "ffffffffffffffff0000018bcfe56800000000000000012c", // revision -1
        "00000000000001020000018bcfe568000000000000000000", // kept for no time
        "00000000000001020000018bcfe56800ffffffffffffffff", // kept for -1 ms
      })
  void row_damaged(String row) {
    byte[] bytes = HexFormat.of().parseHex(row.replace(" ", ""));

    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> OutcomeCodec.decodeRow(ID, bytes));
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2})
  void read_whatWasWritten(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      List<OutcomeRecord> outcomes = new ArrayList<>();
      for (int o = random.nextInt(4); o > 0; o--) {
        byte[] content = new byte[random.nextInt(300)];
        random.nextBytes(content);
        long keepMs = 1 + (random.nextLong() >>> (1 + random.nextInt(62)));
        outcomes.add(
            OutcomeRecord.ofMillis(
                new OutcomeId(random.nextLong(), random.nextLong()), keepMs, content));
      }

      assertThat(OutcomeCodec.read(bytes(written(outcomes))))
          .usingRecursiveFieldByFieldElementComparator()
          .isEqualTo(outcomes);
    }
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2})
  void read_damagedByteByByte(long seed) {
    Random random = new Random(seed);
    byte[] sound = HexFormat.of().parseHex(IN_RECORD);
    for (int i = 0; i < 20_000; i++) {
      byte[] record = sound.clone();
      record[random.nextInt(record.length)] = (byte) random.nextInt(256);
      record[random.nextInt(record.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(OutcomeCodec.read(ByteBuffer.wrap(record)))
            .allMatch(outcome -> outcome.keepMs() > 0);
      } catch (BufferUnderflowException _) {
        // The log record that it is in says that it is cut short.
      } catch (StoreException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_CORRUPTED);
      }
    }
  }

  private static String written(List<OutcomeRecord> outcomes) {
    ByteBuffer record = ByteBuffer.allocate(OutcomeCodec.size(outcomes));
    OutcomeCodec.write(record, outcomes);
    assertThat(record.hasRemaining()).isFalse();
    return HexFormat.of().formatHex(record.array());
  }

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
  }
}
