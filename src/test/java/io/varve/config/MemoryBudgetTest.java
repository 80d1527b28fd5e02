package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.varve.storage.rocksdb.RocksDbSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests for {@link MemoryBudget}. */
final class MemoryBudgetTest {
  private static final long MIB = 1 << 20;
  private static final RocksDbSettings ENGINE = RocksDbSettings.defaults(Path.of("db"));

  @Test
  void sum_isOfAllParts() {
    MemoryBudget budget = MemoryBudget.of(ENGINE, 1000 * MIB, 2000 * MIB);
    assertThat(budget.writeBufferBytes()).isEqualTo((4 * 32 + 2 * 4) * MIB);
    assertThat(budget.sum()).isEqualTo((1000 + 128 + 136 + 200) * MIB);
    assertThat(budget.check()).isSameAs(budget);
    assertThat(budget.toString())
        .isEqualTo(
            "1464 MB of memory: heap 1000, block cache 128, write buffers 136, slack 200; there are"
                + " 2000");
  }

  @Test
  void slack_isAShareWhereThereIsMuch() {
    MemoryBudget budget = MemoryBudget.of(ENGINE, 4000 * MIB, 8000 * MIB);
    assertThat(budget.slackBytes()).isEqualTo(Math.round((4000 + 128 + 136) * MIB * 0.15));
  }

  @ParameterizedTest
  @CsvSource({"205, 512", "1000, 2000", "4000, 8000", "300, 512", "1000, 1300"})
  void engineThatFits_fillsTheLimit(long heapMib, long limitMib) {
    long engine = MemoryBudget.engineBytes(heapMib * MIB, limitMib * MIB);
    long buffer = MIB;
    RocksDbSettings fitting =
        ENGINE.withWriteBufferBytes(buffer, buffer).withBlockCacheBytes(engine - (4 + 2) * buffer);
    MemoryBudget budget = MemoryBudget.of(fitting, heapMib * MIB, limitMib * MIB);
    assertThat(budget.sum()).isCloseTo(limitMib * MIB, within(1L));
  }

  @Test
  void heapThatTakesAll_leavesNothingToTheEngine() {
    assertThat(MemoryBudget.engineBytes(512 * MIB, 512 * MIB)).isZero();
  }

  @Test
  void sumAboveTheLimit_isRefused() {
    MemoryBudget budget = MemoryBudget.of(ENGINE, 1000 * MIB, 1463 * MIB);
    assertThatThrownBy(budget::check)
        .hasMessageContaining("varve.rocksdb.block-cache")
        .hasMessageContaining("-Xmx");
  }

  @Test
  void ofThisProcess_knowsItsHeap() {
    MemoryBudget budget = MemoryBudget.of(ENGINE);
    assertThat(budget.heapBytes()).isEqualTo(Runtime.getRuntime().maxMemory());
    assertThat(budget.limitBytes()).isGreaterThan(256 * MIB);
  }
}
