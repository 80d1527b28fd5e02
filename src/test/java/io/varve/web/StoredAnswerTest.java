package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.model.ErrorCode;
import io.varve.model.KeptOutcome;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.model.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link StoredAnswer}. The bytes are on disk: never change an expected value. */
final class StoredAnswerTest {
  private static final byte[] FINGERPRINT = new byte[32];

  static {
    Arrays.fill(FINGERPRINT, (byte) 0xAB);
  }

  private static final String GOLDEN =
      "01" // format
          + "00c9" // status 201
          + "01" // tagged
          + "0000000000000007" // revision read
          + "ab".repeat(32)
          + "7b2272223a007d"; // {"r":<revision>}

  private static KeptOutcome kept(byte[] content) {
    OutcomeId id = OutcomeId.of("request/", "k");
    return new KeptOutcome(OutcomeRecord.of(id, Duration.ofHours(1), content), 9, 5);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void encode_goldenBytes() {
    StoredAnswer answer = new StoredAnswer(201, true, 7, FINGERPRINT, utf8("{\"r\":\0}"));
    assertThat(HexFormat.of().formatHex(answer.encode())).isEqualTo(GOLDEN);
  }

  @Test
  void decode_goldenBytes() {
    StoredAnswer answer = StoredAnswer.decode(kept(HexFormat.of().parseHex(GOLDEN)));
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.tagged()).isTrue();
    assertThat(answer.revision(9)).isEqualTo(7);
    byte[] other = new byte[32];
    assertThat(answer.isOf(new RequestFingerprint(FINGERPRINT, other))).isTrue();
    assertThat(answer.isOf(new RequestFingerprint(other, FINGERPRINT))).as("earlier").isTrue();
    assertThat(answer.isOf(new RequestFingerprint(other, other))).isFalse();
    assertThat(PendingRevision.fill(answer.template(), 7)).isEqualTo(utf8("{\"r\":7}"));
  }

  @Test
  void revision_ofAnAnswerThatWrote_isThatOfItsCommit() {
    assertThat(new StoredAnswer(200, false, 0, FINGERPRINT, new byte[0]).revision(9)).isEqualTo(9);
  }

  @Test
  void fill_everyPlace() {
    assertThat(PendingRevision.fill(utf8("\0,\0,x"), 1234)).isEqualTo(utf8("1234,1234,x"));
    assertThat(PendingRevision.fill(utf8("{}"), 1)).isEqualTo(utf8("{}"));
  }

  @Test
  void encode_tooLarge() {
    byte[] most = new byte[StoredAnswer.MAX_BODY_BYTES];
    assertThat(new StoredAnswer(200, false, 0, FINGERPRINT, most).encode())
        .hasSizeGreaterThan(StoredAnswer.MAX_BODY_BYTES);
    byte[] more = new byte[StoredAnswer.MAX_BODY_BYTES + 1];
    assertThatThrownBy(() -> new StoredAnswer(200, false, 0, FINGERPRINT, more).encode())
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.TRANSACTION_TOO_LARGE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "01", "0200c9010000000000000007"})
  void decode_damaged(String hex) {
    byte[] start = HexFormat.of().parseHex(hex);
    byte[] content = start.length > 2 ? Arrays.copyOf(start, 60) : start;
    assertThatThrownBy(() -> StoredAnswer.decode(kept(content)))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_CORRUPTED));
  }
}
