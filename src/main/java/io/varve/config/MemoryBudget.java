package io.varve.config;

import com.sun.management.OperatingSystemMXBean;
import io.varve.storage.rocksdb.RocksDbSettings;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * What the process may come to need of memory, and what it may have: of the container, or of the
 * machine where there is none.
 *
 * @param heapBytes of the Java heap at most; unflushed data and the read cache are in it
 * @param blockCacheBytes of the engine's cache
 * @param writeBufferBytes of all memtables that the engine may hold at a time
 * @param slackBytes for threads, code, buffers of the network, and what the allocator wastes
 * @param limitBytes what there is
 */
record MemoryBudget(
    long heapBytes, long blockCacheBytes, long writeBufferBytes, long slackBytes, long limitBytes) {
  /** The engine may have four memtables of the log and two of the metadata; small ones beside. */
  static final int LOG_MEMTABLES = 4;

  static final int META_MEMTABLES = 2;

  /** A share of everything else, as native memory of a JVM and its allocator tends to take. */
  private static final double SLACK = 0.15;

  /** What a JVM with this service takes outside its heap, however small the rest is. */
  private static final long LEAST_SLACK_BYTES = 200L << 20;

  /** The budget of this process. */
  static MemoryBudget of(RocksDbSettings engine) {
    return of(engine, Runtime.getRuntime().maxMemory(), limitOfThisProcess());
  }

  /** Bytes that the container, or else the machine, has. */
  static long limitOfThisProcess() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  static MemoryBudget of(RocksDbSettings engine, long heapBytes, long limitBytes) {
    long buffers =
        LOG_MEMTABLES * engine.logWriteBufferBytes()
            + META_MEMTABLES * engine.metaWriteBufferBytes();
    long sum = heapBytes + engine.blockCacheBytes() + buffers;
    long slack = Math.max(LEAST_SLACK_BYTES, Math.round(sum * SLACK));
    return new MemoryBudget(heapBytes, engine.blockCacheBytes(), buffers, slack, limitBytes);
  }

  /** What cache and write buffers may take together beside such a heap; 0 if there is no room. */
  static long engineBytes(long heapBytes, long limitBytes) {
    long withShare = Math.round(limitBytes / (1 + SLACK));
    return Math.max(0, Math.min(withShare, limitBytes - LEAST_SLACK_BYTES) - heapBytes);
  }

  /** What it consists of, by the name in a metric. */
  Map<String, Long> parts() {
    return Map.of(
        "heap", heapBytes,
        "block_cache", blockCacheBytes,
        "write_buffers", writeBufferBytes,
        "slack", slackBytes);
  }

  long sum() {
    return heapBytes + blockCacheBytes + writeBufferBytes + slackBytes;
  }

  /** Throws if there is not enough, which would end in the process being killed. */
  MemoryBudget check() {
    if (sum() > limitBytes) {
      throw new InvalidConfigurationPropertyValueException(
          "varve.rocksdb.block-cache",
          DataSize.ofBytes(blockCacheBytes),
          "The process may need "
              + this
              + ". Give it more memory, or lower -Xmx (or -XX:MaxRAMPercentage),"
              + " varve.rocksdb.block-cache or varve.rocksdb.log-write-buffer.");
    }
    return this;
  }

  @Override
  public String toString() {
    return megabytes(sum())
        + " MB of memory: heap "
        + megabytes(heapBytes)
        + ", block cache "
        + megabytes(blockCacheBytes)
        + ", write buffers "
        + megabytes(writeBufferBytes)
        + ", slack "
        + megabytes(slackBytes)
        + "; there are "
        + megabytes(limitBytes);
  }

  private static long megabytes(long bytes) {
    return bytes >> 20;
  }
}
