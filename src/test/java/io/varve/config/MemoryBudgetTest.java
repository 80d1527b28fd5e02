package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.storage.rocksdb.RocksDbSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Tests for {@link MemoryBudget}. */
final class MemoryBudgetTest {
  private static final long MIB = 1 << 20;
  private static final RocksDbSettings ENGINE = RocksDbSettings.defaults(Path.of("db"));

  @Test
  void sum_isOfAllParts() {
    MemoryBudget budget = MemoryBudget.of(ENGINE, 1000 * MIB, 2000 * MIB);
    assertThat(budget.writeBufferBytes()).isEqualTo((4 * 32 + 2 * 4) * MIB);
    assertThat(budget.sum()).isEqualTo(Math.round((1000 + 128 + 136) * MIB * 1.15));
    assertThat(budget.check()).isSameAs(budget);
    assertThat(budget.toString())
        .isEqualTo(
            "1453 MB of memory: heap 1000, block cache 128, write buffers 136, slack 189; there are"
                + " 2000");
  }

  @Test
  void sumAboveTheLimit_isRefused() {
    MemoryBudget budget = MemoryBudget.of(ENGINE, 1000 * MIB, 1453 * MIB);
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
