package io.varve.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Smaller defaults for a process with little memory, so that a container only needs a limit, and
 * for a small disk.
 *
 * <p>What lies in the heap takes a share of it; what the engine takes beside the heap is half cache
 * and half write buffers, of what the heap and {@link MemoryBudget#slackBytes slack} leave of the
 * limit. On disk, two flushes, what waits for one and a compaction must fit into the reserve, which
 * is an eighth of a small one. A default that fits stays as it is, and so does every explicit
 * setting: these come last of all sources.
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
  private static final Setting SORTED_FILE =
      new Setting("varve.rocksdb.sst-target-size", 64 * MIB, MIB);

  /** All that this class may change. */
  static final List<Setting> SETTINGS =
      List.of(
          OVERLAY,
          FLUSH,
          CACHE,
          OPEN_TRANSACTIONS,
          BATCH,
          BLOCK_CACHE,
          LOG_BUFFER,
          META_BUFFER,
          SORTED_FILE);

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    String directory =
        Binder.get(environment).bind("varve.data-dir", String.class).orElse("./data");
    Map<String, Object> values =
        fitting(
            Runtime.getRuntime().maxMemory(),
            MemoryBudget.limitOfThisProcess(),
            DataDirectory.diskBytes(Path.of(directory)));
    environment.getPropertySources().addLast(new MapPropertySource(SOURCE, values));
  }

  /** Settings by name, of those alone whose default is too much. */
  static Map<String, Object> fitting(long heapBytes, long limitBytes, long diskBytes) {
    Map<String, Object> values = new LinkedHashMap<>();
    OVERLAY.put(values, Math.min(heapBytes / 4, diskBytes / 16));
    FLUSH.put(values, Math.min(heapBytes / 16, diskBytes / 128));
    SORTED_FILE.put(values, diskBytes / 256);
    CACHE.put(values, heapBytes / 16);
    OPEN_TRANSACTIONS.put(values, heapBytes / 8);
    BATCH.put(values, heapBytes / 64);

    long engineBytes = MemoryBudget.engineBytes(heapBytes, limitBytes);
    long metaBufferBytes = engineBytes / 64;
    BLOCK_CACHE.put(values, engineBytes / 2);
    META_BUFFER.put(values, metaBufferBytes);
    long logBufferBytes =
        (engineBytes / 2 - MemoryBudget.META_MEMTABLES * metaBufferBytes)
            / MemoryBudget.LOG_MEMTABLES;
    LOG_BUFFER.put(values, Math.min(logBufferBytes, diskBytes / 128));
    return values;
  }
}
