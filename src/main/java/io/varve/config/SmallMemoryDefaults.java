package io.varve.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Smaller defaults for a process with little memory, so that a container only needs a limit.
 *
 * <p>What lies in the heap takes a share of it; what the engine takes beside the heap is half cache
 * and half write buffers, of what the heap and {@link MemoryBudget#slackBytes slack} leave of the
 * limit. A default that fits stays as it is, and so does everything that somebody has set: these
 * come last of all sources.
 */
final class SmallMemoryDefaults implements EnvironmentPostProcessor {
  private static final String SOURCE = "varve-small-memory";
  private static final long MIB = 1 << 20;

  /**
   * One setting.
   *
   * @param defaultBytes as its record of properties says; not gone above
   * @param leastBytes with less of it the store does not work well; not gone below
   */
  record Setting(String name, long defaultBytes, long leastBytes) {
    void put(Map<String, Object> values, long fittingBytes) {
      long bytes = Math.max(leastBytes, fittingBytes);
      if (bytes < defaultBytes) {
        values.put(name, bytes + "B");
      }
    }
  }

  private static final Setting OVERLAY =
      new Setting("varve.overlay.max-bytes", 256 * MIB, 16 * MIB);
  private static final Setting FLUSH = new Setting("varve.flush.max-bytes", 64 * MIB, 5 * MIB);
  private static final Setting CACHE = new Setting("varve.cache.max-bytes", 64 * MIB, MIB);
  private static final Setting OPEN_TRANSACTIONS =
      new Setting("varve.transaction.max-open-bytes", 128 * MIB, 16 * MIB);
  private static final Setting BATCH = new Setting("varve.batch.max-bytes", 8 * MIB, MIB);
  private static final Setting BLOCK_CACHE =
      new Setting("varve.rocksdb.block-cache", 128 * MIB, 16 * MIB);
  private static final Setting LOG_BUFFER =
      new Setting("varve.rocksdb.log-write-buffer", 32 * MIB, 4 * MIB);
  private static final Setting META_BUFFER =
      new Setting("varve.rocksdb.meta-write-buffer", 4 * MIB, MIB);

  /** All that this class may change. */
  static final List<Setting> SETTINGS =
      List.of(
          OVERLAY, FLUSH, CACHE, OPEN_TRANSACTIONS, BATCH, BLOCK_CACHE, LOG_BUFFER, META_BUFFER);

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    Map<String, Object> values =
        fitting(Runtime.getRuntime().maxMemory(), MemoryBudget.limitOfThisProcess());
    environment.getPropertySources().addLast(new MapPropertySource(SOURCE, values));
  }

  /** Settings by name, of those alone whose default is too much. */
  static Map<String, Object> fitting(long heapBytes, long limitBytes) {
    Map<String, Object> values = new LinkedHashMap<>();
    OVERLAY.put(values, heapBytes / 4);
    FLUSH.put(values, heapBytes / 16);
    CACHE.put(values, heapBytes / 16);
    OPEN_TRANSACTIONS.put(values, heapBytes / 8);
    BATCH.put(values, heapBytes / 64);

    long engineBytes = MemoryBudget.engineBytes(heapBytes, limitBytes);
    long metaBufferBytes = engineBytes / 64;
    BLOCK_CACHE.put(values, engineBytes / 2);
    META_BUFFER.put(values, metaBufferBytes);
    LOG_BUFFER.put(
        values,
        (engineBytes / 2 - MemoryBudget.META_MEMTABLES * metaBufferBytes)
            / MemoryBudget.LOG_MEMTABLES);
    return values;
  }
}
