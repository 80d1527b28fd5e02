package io.varve.storage.rocksdb;

import io.varve.storage.EngineTickers;
import java.util.EnumSet;
import org.rocksdb.HistogramType;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.TickerType;

/**
 * What RocksDB counts. Only counters: its histograms cost a look at the clock for each operation,
 * and the time of ours is measured above this layer.
 */
final class RocksDbStatistics {
  private final Statistics statistics;

  private RocksDbStatistics(Statistics statistics) {
    this.statistics = statistics;
  }

  /** Counters that {@code handles} closes, after the database that counts with them. */
  static RocksDbStatistics create(RocksDbHandles handles) {
    Statistics statistics = handles.own(new Statistics(EnumSet.allOf(HistogramType.class)));
    statistics.setStatsLevel(StatsLevel.EXCEPT_DETAILED_TIMERS);
    return new RocksDbStatistics(statistics);
  }

  Statistics nativeObject() {
    return statistics;
  }

  /** All since the database was opened; nothing is ever reset. */
  EngineTickers read() {
    return new EngineTickers(
        count(TickerType.WAL_FILE_BYTES),
        count(TickerType.STALL_MICROS),
        count(TickerType.BLOCK_CACHE_DATA_HIT),
        count(TickerType.BLOCK_CACHE_DATA_MISS),
        count(TickerType.BLOCK_CACHE_INDEX_HIT),
        count(TickerType.BLOCK_CACHE_INDEX_MISS),
        count(TickerType.BLOCK_CACHE_FILTER_HIT),
        count(TickerType.BLOCK_CACHE_FILTER_MISS),
        count(TickerType.COMPACT_READ_BYTES),
        count(TickerType.COMPACT_WRITE_BYTES),
        count(TickerType.FLUSH_WRITE_BYTES));
  }

  private long count(TickerType ticker) {
    return statistics.getTickerCount(ticker);
  }
}
