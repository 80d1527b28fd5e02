package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests for {@link OutcomeId} and the records it names. Ids are on disk: they never change. */
final class OutcomeIdTest {
  @ParameterizedTest
  @CsvSource({
    "transaction, 00ff00ff00ff00ff00ff00ff00ff00ff, e570ec6314b6ba6672e03fb56c471188",
    "alice, ü, a258d1c0c1a1d6ddb4fbdd7f2b281503",
    "'', '', df3f619804a92fdb4057192dc43dd748"
  })
  void of_goldenBytes(String scope, String name, String hex) {
    assertThat(HexFormat.of().formatHex(bytes(OutcomeId.of(scope, name)))).isEqualTo(hex);
  }

  @Test
  void of_noTwoPairsReadTheSame() {
    Set<OutcomeId> ids = new HashSet<>();
    String text = "abcd";
    for (int split = 0; split <= text.length(); split++) {
      ids.add(OutcomeId.of(text.substring(0, split), text.substring(split)));
    }
    ids.add(OutcomeId.of(text, ""));
    ids.add(OutcomeId.of("\0", text));

    assertThat(ids).hasSize(text.length() + 2);
  }

  @Test
  void read_whatWasWritten() {
    OutcomeId id = new OutcomeId(0x0102030405060708L, -1);
    ByteBuffer bytes = ByteBuffer.wrap(bytes(id));

    assertThat(OutcomeId.read(bytes)).isEqualTo(id);
    assertThat(bytes.hasRemaining()).isFalse();
    assertThat(bytes(id)).startsWith(1, 2, 3, 4, 5, 6, 7, 8, 0xFF);
  }

  @Test
  void record_mustBeKeptForAWhile() {
    OutcomeId id = OutcomeId.of("a", "b");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutcomeRecord.of(id, Duration.ZERO, new byte[0]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutcomeRecord.of(id, Duration.ofMillis(-1), new byte[0]));
    assertThat(OutcomeRecord.of(id, Duration.ofMillis(1), new byte[0]).keepMs()).isEqualTo(1);
  }

  @Test
  void keptUntil_forEver() {
    OutcomeRecord record =
        OutcomeRecord.ofMillis(OutcomeId.of("a", "b"), Long.MAX_VALUE, new byte[0]);

    assertThat(new KeptOutcome(record, 1, 1_700_000_000_000L).keptUntilMs())
        .isEqualTo(Long.MAX_VALUE);
    assertThat(new KeptOutcome(record, 1, 0).keptUntilMs()).isEqualTo(Long.MAX_VALUE);
  }

  private static byte[] bytes(OutcomeId id) {
    ByteBuffer bytes = ByteBuffer.allocate(OutcomeId.BYTES);
    id.write(bytes);
    return bytes.array();
  }
}
