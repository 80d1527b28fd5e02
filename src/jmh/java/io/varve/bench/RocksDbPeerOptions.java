package io.varve.bench;

import io.varve.model.Durability;
import io.varve.storage.rocksdb.RocksDbLibrary;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteOptions;

/**
 * How RocksDB is set where it stands beside Varve.
 *
 * <ul>
 *   <li>As Varve has it: write buffers of 64 MiB, at most four, two background jobs, LZ4 on every
 *       level, files of 64 MiB, 512 MiB of cache (Varve divides the same sum between its read cache
 *       and the block cache).
 *   <li>As suits reads by key: a Bloom filter of 10 bits, and indexes and filters in the cache.
 *   <li>Everything else as RocksDB ships it, so concurrent memtable writes and its group commit are
 *       on.
 * </ul>
 *
 * <p>{@code FLUSH_ONLY} writes without a log; {@code SYNC_ON_INTERVAL} with a log that nobody
 * syncs, where Varve syncs its own ten times a second; {@code SYNC_ON_COMMIT} with a log that is
 * synced before a write returns.
 */
final class RocksDbPeerOptions implements AutoCloseable {
  private static final long WRITE_BUFFER_BYTES = 64L << 20;
  private static final int WRITE_BUFFERS = 4;
  private static final int BACKGROUND_JOBS = 2;
  private static final long FILE_BYTES = 64L << 20;
  private static final double BLOOM_BITS = 10;

  private final Durability durability;
  private final LRUCache cache;
  private final BloomFilter filter;
  private final Options options;
  private final WriteOptions write;

  RocksDbPeerOptions(Durability durability) {
    RocksDbLibrary.load();
    this.durability = durability;
    this.cache = new LRUCache(Contender.CACHE_BYTES);
    this.filter = new BloomFilter(BLOOM_BITS);
    this.options =
        new Options()
            .setCreateIfMissing(true)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setMaxWriteBufferNumber(WRITE_BUFFERS)
            .setMaxBackgroundJobs(BACKGROUND_JOBS)
            .setTargetFileSizeBase(FILE_BYTES)
            .setMaxBytesForLevelBase(4 * FILE_BYTES)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setBottommostCompressionType(CompressionType.LZ4_COMPRESSION)
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setBlockCache(cache)
                    .setFilterPolicy(filter)
                    .setCacheIndexAndFilterBlocks(true)
                    .setPinL0FilterAndIndexBlocksInCache(true));
    this.write =
        new WriteOptions()
            .setDisableWAL(durability == Durability.FLUSH_ONLY)
            .setSync(durability == Durability.SYNC_ON_COMMIT);
  }

  Options database() {
    return options;
  }

  /** How a transaction is written. */
  WriteOptions write() {
    return write;
  }

  long nativeBudgetBytes() {
    return Contender.CACHE_BYTES + WRITE_BUFFERS * WRITE_BUFFER_BYTES;
  }

  Map<String, String> describe() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("version", "RocksDB " + RocksDB.rocksdbVersion());
    settings.put(
        "durability",
        switch (durability) {
          case FLUSH_ONLY -> "log off";
          case SYNC_ON_INTERVAL -> "log on, not synced";
          case SYNC_ON_COMMIT -> "log on, synced before a write returns";
        });
    settings.put("writeBuffers", WRITE_BUFFERS + " x " + (WRITE_BUFFER_BYTES >> 20) + " MiB");
    settings.put("blockCache", (Contender.CACHE_BYTES >> 20) + " MiB");
    settings.put("compression", "LZ4 on every level");
    settings.put("filter", "Bloom, " + (int) BLOOM_BITS + " bits a key");
    settings.put("backgroundJobs", Integer.toString(BACKGROUND_JOBS));
    return settings;
  }

  @Override
  public void close() {
    write.close();
    options.close();
    filter.close();
    cache.close();
  }
}
