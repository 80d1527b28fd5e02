package io.varve.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.varve.storage.EngineTickers;
import io.varve.storage.StorageStats;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What RocksDB says of itself. Its counters start again when the store is opened again, as those of
 * a process do when it starts; nothing else ever sets them back.
 */
public final class EngineMeters implements MeterBinder {
  private static final String PREFIX = "varve.rocksdb.";
  private static final String BYTES = "bytes";
  private static final double MICROS_PER_SECOND = 1e6;

  private final Supplier<@Nullable StorageStats> stats;

  /** Meters of {@code stats}, which is what was last seen. */
  public EngineMeters(Supplier<@Nullable StorageStats> stats) {
    this.stats = stats;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    bindFiles(registry);
    bindMemory(registry);
    bindTickers(registry);
  }

  private void bindFiles(MeterRegistry registry) {
    gauge("l0.files", StorageStats::level0Files, "Files of versions at level 0").register(registry);
    gauge(
            "pending.compaction",
            StorageStats::pendingCompactionBytes,
            "What compactions have yet to rewrite")
        .baseUnit(BYTES)
        .register(registry);
    gauge("running.compactions", StorageStats::runningCompactions, "Compactions under way")
        .register(registry);
    gauge(
            "sst",
            StorageStats::liveSstBytes,
            "Sorted files: those of the newest state, and all that are there")
        .tag("kind", "live")
        .baseUnit(BYTES)
        .register(registry);
    gauge(
            "sst",
            StorageStats::totalSstBytes,
            "Sorted files: those of the newest state, and all that are there")
        .tag("kind", "total")
        .baseUnit(BYTES)
        .register(registry);
    gauge("live.versions", StorageStats::liveVersions, "Lists of files that somebody still reads")
        .register(registry);
    gauge("background.errors", StorageStats::backgroundErrors, "Errors of background work")
        .register(registry);
    gauge("open.handles", StorageStats::openHandles, "Native objects that are open")
        .register(registry);
    counter("compaction", t -> t.compactionReadBytes(), "What compactions have read and written")
        .tag("dir", "read")
        .baseUnit(BYTES)
        .register(registry);
    counter("compaction", t -> t.compactionWriteBytes(), "What compactions have read and written")
        .tag("dir", "write")
        .baseUnit(BYTES)
        .register(registry);
  }

  private void bindMemory(MeterRegistry registry) {
    gauge("memtable", StorageStats::memtableBytes, "What memtables take of memory")
        .baseUnit(BYTES)
        .register(registry);
    gauge(
            "table.readers",
            StorageStats::tableReaderBytes,
            "What open files take of memory outside the block cache")
        .baseUnit(BYTES)
        .register(registry);
    gauge("block.cache.usage", StorageStats::blockCacheBytes, "What the block cache holds")
        .baseUnit(BYTES)
        .register(registry);
    gauge(
            "block.cache.pinned",
            StorageStats::blockCachePinnedBytes,
            "What the block cache holds and cannot let go of")
        .baseUnit(BYTES)
        .register(registry);
    gauge(
            "block.cache.capacity",
            StorageStats::blockCacheCapacityBytes,
            "What the block cache may hold")
        .baseUnit(BYTES)
        .register(registry);
  }

  private void bindTickers(MeterRegistry registry) {
    hitsAndMisses("data", EngineTickers::dataBlockHits, EngineTickers::dataBlockMisses, registry);
    hitsAndMisses(
        "index", EngineTickers::indexBlockHits, EngineTickers::indexBlockMisses, registry);
    hitsAndMisses(
        "filter", EngineTickers::filterBlockHits, EngineTickers::filterBlockMisses, registry);
    counter(
            "stall",
            t -> t.stallMicros() / MICROS_PER_SECOND,
            "Time for which RocksDB itself held writers up")
        .baseUnit("seconds")
        .register(registry);
    FunctionCounter.builder("varve.wal", stats, s -> tickers(s).walBytes())
        .baseUnit(BYTES)
        .description("What was written to the write-ahead log")
        .register(registry);
  }

  private void hitsAndMisses(
      String type,
      ToDoubleFunction<EngineTickers> hits,
      ToDoubleFunction<EngineTickers> misses,
      MeterRegistry registry) {
    counter("block.cache.hit", hits, "Blocks found in the cache")
        .tag("type", type)
        .register(registry);
    counter("block.cache.miss", misses, "Blocks that were not in the cache and had to be read")
        .tag("type", type)
        .register(registry);
  }

  private Gauge.Builder<?> gauge(
      String name, ToDoubleFunction<StorageStats> value, String description) {
    return Gauge.builder(
            PREFIX + name,
            stats,
            source -> {
              StorageStats seen = source.get();
              return seen == null ? Double.NaN : value.applyAsDouble(seen);
            })
        .description(description);
  }

  private FunctionCounter.Builder<?> counter(
      String name, ToDoubleFunction<EngineTickers> value, String description) {
    return FunctionCounter.builder(PREFIX + name, stats, s -> value.applyAsDouble(tickers(s)))
        .description(description);
  }

  private static EngineTickers tickers(Supplier<@Nullable StorageStats> source) {
    StorageStats seen = source.get();
    return seen == null ? EngineTickers.NONE : seen.tickers();
  }
}
