package io.varve.bench;

import io.varve.model.Durability;
import java.nio.file.Path;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.OptimisticTransactionDB;
import org.rocksdb.OptimisticTransactionOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.Transaction;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB's own optimistic transactions, with the buffers, cache and compression Varve has. */
final class OptimisticContender implements Contender {
  private static final int BULK_BATCH = 12_500;
  private static final long WRITE_BUFFER_BYTES = 64L << 20;
  private static final long CACHE_BYTES = 512L << 20;

  private final LRUCache cache = new LRUCache(CACHE_BYTES);
  private final Options options;
  private final WriteOptions write;
  private final ReadOptions read = new ReadOptions();
  private final OptimisticTransactionOptions transaction =
      new OptimisticTransactionOptions().setSetSnapshot(true);
  private final OptimisticTransactionDB db;

  OptimisticContender(Path directory, Durability durability) throws RocksDBException {
    options =
        new Options()
            .setCreateIfMissing(true)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setMaxWriteBufferNumber(4)
            .setMaxBackgroundJobs(2)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setTableFormatConfig(
                new org.rocksdb.BlockBasedTableConfig()
                    .setBlockCache(cache)
                    .setFilterPolicy(new org.rocksdb.BloomFilter(10)));
    write =
        new WriteOptions()
            .setDisableWAL(durability == Durability.FLUSH_ONLY)
            .setSync(durability == Durability.SYNC_ON_COMMIT);
    db = OptimisticTransactionDB.open(options, directory.toString());
  }

  @Override
  public String name() {
    return "OptimisticTransactionDB";
  }

  @Override
  public void load(int keys) throws RocksDBException {
    WriteOptions loading = new WriteOptions().setDisableWAL(true);
    for (int i = 0; i < keys; i++) {
      db.put(loading, Data.key(i), Data.counter(0));
    }
    loading.close();
    flush();
    db.compactRange();
  }

  @Override
  public int increment(int number) throws RocksDBException {
    byte[] key = Data.key(number);
    for (int attempt = 0; ; attempt++) {
      try (Transaction txn = db.beginTransaction(write, transaction)) {
        byte[] value = txn.getForUpdate(read, key, true);
        txn.put(key, Data.incremented(value));
        txn.commit();
        return attempt;
      } catch (RocksDBException e) {
        Status.Code code = e.getStatus().getCode();
        if (code != Status.Code.Busy && code != Status.Code.TryAgain) {
          throw e;
        }
      }
    }
  }

  @Override
  public long sum(int keys) throws RocksDBException {
    long sum = 0;
    for (int i = 0; i < keys; i++) {
      sum += Data.count(db.get(Data.key(i)));
    }
    return sum;
  }

  @Override
  public void bulk(int entries) throws RocksDBException {
    int i = 0;
    while (i < entries) {
      try (WriteBatch batch = new WriteBatch()) {
        int end = Math.min(entries, i + BULK_BATCH);
        for (; i < end; i++) {
          batch.put(Data.orderedKey(i), Data.bulkValue(i));
        }
        db.write(write, batch);
      }
    }
  }

  @Override
  public void flush() throws RocksDBException {
    try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
      db.flush(wait);
    }
  }

  @Override
  public void close() {
    db.close();
    transaction.close();
    read.close();
    write.close();
    options.close();
    cache.close();
  }
}
