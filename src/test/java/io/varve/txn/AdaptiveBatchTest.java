package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.Revision;
import io.varve.model.StoreFailure;
import io.varve.model.TransactionErrors;
import io.varve.model.Value;
import io.varve.mvcc.Write;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests for {@link AdaptiveBatch} and {@link AdaptiveBatchWriter}. */
final class AdaptiveBatchTest {
  private static final long SECOND = 1_000_000_000L;

  private final List<List<Write>> committed = new ArrayList<>();
  private long nanos;

  @ParameterizedTest
  @CsvSource({"0, 2000", "16000, 2000", "80000, 10000", "400000, 50000", "10000000, 50000"})
  void chunk_first(long expected, int chunk) {
    assertThat(new AdaptiveBatch(AdaptiveBatchSettings.DEFAULTS, expected).chunk())
        .isEqualTo(chunk);
  }

  @Test
  void written_steadyThroughputGrows() {
    AdaptiveBatch batch = new AdaptiveBatch(AdaptiveBatchSettings.DEFAULTS, 80_000);

    batch.written(10_000, SECOND);
    assertThat(batch.chunk()).isEqualTo(11_500);
    batch.written(11_500, SECOND * 115 / 100);
    assertThat(batch.chunk()).isEqualTo(13_225);
    assertThat(batch.rsd()).isZero();
    for (int i = 0; i < 20; i++) {
      batch.written(10_000, SECOND);
    }
    assertThat(batch.chunk()).as("the most there is").isEqualTo(60_000);
  }

  @Test
  void written_unsteadyThroughputShrinks() {
    AdaptiveBatch batch = new AdaptiveBatch(AdaptiveBatchSettings.DEFAULTS, 80_000);

    batch.written(10_000, SECOND); // 10 000 a second: 11 500 next
    batch.written(10_000, 2 * SECOND); // 5 000 a second: mean 7 500, deviation 2 500

    assertThat(batch.windowRate()).isEqualTo(7_500, offset(1e-6));
    assertThat(batch.standardDeviation()).isEqualTo(2_500, offset(1e-6));
    assertThat(batch.rsd()).isEqualTo(1.0 / 3, offset(1e-9));
    assertThat(batch.chunk()).isEqualTo(8_050);
    assertThat(batch.bestRate()).isEqualTo(10_000, offset(1e-6));
    assertThat(batch.averageRate()).isEqualTo(7_500, offset(1e-6));
    for (int i = 0; i < 40; i++) {
      batch.written(10_000, (1 + i % 2) * SECOND);
    }
    assertThat(batch.chunk()).as("the least there is").isEqualTo(1_000);
  }

  @Test
  void written_justAtTheTarget() {
    AdaptiveBatchSettings settings =
        new AdaptiveBatchSettings(1, 60_000, 100, 100, 1 << 20, 0.25, 0.5, 0.5, 2);
    AdaptiveBatch batch = new AdaptiveBatch(settings, 0);

    batch.written(5, SECOND);
    batch.written(3, SECOND); // mean 4, deviation 1

    assertThat(batch.rsd()).isEqualTo(0.25);
    assertThat(batch.chunk()).isEqualTo(225);
  }

  @Test
  void written_leavesTheWindow() {
    AdaptiveBatchSettings settings =
        new AdaptiveBatchSettings(1, 60_000, 100, 100, 1 << 20, 0.08, 0.15, 0.30, 2);
    AdaptiveBatch batch = new AdaptiveBatch(settings, 0);
    batch.written(1, SECOND);
    batch.written(9, SECOND);
    batch.written(9, SECOND);

    assertThat(batch.rsd()).isZero();
    assertThat(batch.averageRate()).as("over all chunks").isEqualTo(19.0 / 3, within(1e-9));
    assertThat(batch.chunks()).isEqualTo(3);
  }

  @Test
  void written_inNoTime() {
    AdaptiveBatch batch = new AdaptiveBatch(AdaptiveBatchSettings.DEFAULTS, 0);
    batch.written(1, 0);

    assertThat(batch.bestRate()).isFinite();
  }

  @Test
  void settings_thatMakeNoSense() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdaptiveBatchSettings(0, 9, 1, 1, 1, 0.1, 0.1, 0.1, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdaptiveBatchSettings(9, 8, 1, 1, 1, 0.1, 0.1, 0.1, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdaptiveBatchSettings(1, 9, 1, 1, 1, Double.NaN, 0.1, 0.1, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdaptiveBatchSettings(1, 9, 1, 1, 1, 0.1, 0.1, 1, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdaptiveBatchSettings(1, 9, 1, 1, 1, 0.1, 0.1, 0.1, 1));
  }

  @Test
  void put_aChunkIsOneCommit() {
    AdaptiveBatchWriter writer = writer(settings(3, 1 << 20));
    for (int i = 0; i < 7; i++) {
      writer.put(Key.of("k" + i), Value.of("v" + i));
      nanos += SECOND;
    }
    AdaptiveBatchReport report = writer.finish();

    assertThat(committed).extracting(List::size).containsExactly(3, 3, 1);
    assertThat(report.entries()).isEqualTo(7);
    assertThat(report.chunks()).isEqualTo(3);
    assertThat(report.finalChunk()).isEqualTo(3);
    assertThat(report.revision()).isEqualTo(new Revision(3));
    // Chunks took 2, 3 and 2 seconds: 1.5, 1 and 0.5 entries a second.
    assertThat(report.bestRate()).isEqualTo(1.5, within(1e-9));
    assertThat(report.averageRate()).isEqualTo(1.0, within(1e-9));
    assertThat(report.standardDeviation()).isEqualTo(Math.sqrt(0.5 / 3), within(1e-9));
    assertThat(report.rsd()).isEqualTo(Math.sqrt(0.5 / 3), within(1e-9));
  }

  @Test
  void put_lastWriteToAKeyCounts() {
    AdaptiveBatchWriter writer = writer(settings(3, 1 << 20));
    writer.put(Key.of("a"), Value.of("1"));
    writer.put(Key.of("a"), Value.of("2"));
    writer.put(Key.of("b"), Value.of("1"));
    writer.delete(Key.of("b"));
    AdaptiveBatchReport report = writer.finish();

    assertThat(committed)
        .containsExactly(
            List.of(new Write(Key.of("a"), Value.of("2")), new Write(Key.of("b"), null)));
    assertThat(report.entries()).isEqualTo(4);
  }

  @Test
  void put_bytesEndAChunk() {
    AdaptiveBatchWriter writer = writer(settings(1_000, 100));
    writer.put(Key.of("a"), Value.copyOf(new byte[60]));
    writer.put(Key.of("a"), Value.copyOf(new byte[70]));
    assertThat(committed).as("71 bytes: the first value is replaced").isEmpty();
    writer.put(Key.of("b"), Value.copyOf(new byte[28]));

    assertThat(committed).extracting(List::size).containsExactly(2);
  }

  @Test
  void put_tooLarge() {
    AdaptiveBatchWriter writer = writer(settings(10, 1 << 20));

    StoreFailure.expect(
        ErrorCode.KEY_TOO_LARGE, () -> writer.put(Key.of("k".repeat(11)), Value.of("v")));
    StoreFailure.expect(
        ErrorCode.VALUE_TOO_LARGE, () -> writer.put(Key.of("k"), Value.of("v".repeat(101))));
    StoreFailure.expect(ErrorCode.KEY_TOO_LARGE, () -> writer.delete(Key.of("k".repeat(11))));
    assertThat(writer.finish().entries()).isZero();
  }

  @Test
  void finish_nothingWritten() {
    AdaptiveBatchReport report = writer(settings(10, 1 << 20)).finish();

    assertThat(report.chunks()).isZero();
    assertThat(report.revision()).isEqualTo(Revision.ZERO);
    assertThat(report.averageRate()).isZero();
    assertThat(committed).isEmpty();
  }

  @Test
  void put_aFailingCommit() {
    AdaptiveBatchWriter writer =
        new AdaptiveBatchWriter(
            writes -> {
              throw TransactionErrors.unknownOutcome(null);
            },
            new AdaptiveBatch(settings(1, 1 << 20), 0),
            new TransactionLimits(10, 100, 1, 1, 1),
            () -> nanos);

    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> writer.put(Key.of("a"), Value.of("1")));
  }

  private static AdaptiveBatchSettings settings(int chunk, long maxBytes) {
    return new AdaptiveBatchSettings(1, chunk, chunk, chunk, maxBytes, 100, 0, 0, 6);
  }

  private AdaptiveBatchWriter writer(AdaptiveBatchSettings settings) {
    return new AdaptiveBatchWriter(
        writes -> {
          committed.add(writes);
          Revision revision = new Revision(committed.size());
          return () -> revision;
        },
        new AdaptiveBatch(settings, 0),
        new TransactionLimits(10, 100, 1, 1, 1),
        () -> nanos);
  }
}
