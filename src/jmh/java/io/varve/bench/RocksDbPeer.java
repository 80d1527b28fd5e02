package io.varve.bench;

import java.util.Map;
import java.util.function.IntFunction;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** A store on RocksDB itself. What differs is how a value is read and written back. */
abstract sealed class RocksDbPeer implements Contender
    permits StripedLockContender, PessimisticContender, OptimisticContender {
  private static final long POLL_MS = 20;

  private final RocksDbPeerOptions options;
  private final ReadOptions read = new ReadOptions();
  private final RocksDB db;

  /** Takes {@code options} over, and closes them with the store. */
  RocksDbPeer(RocksDbPeerOptions options, RocksDB db) {
    this.options = options;
    this.db = db;
  }

  final WriteOptions write() {
    return options.write();
  }

  final ReadOptions read() {
    return read;
  }

  /** Throws {@code e} on unless it says that another transaction was faster. */
  static void requireConflict(RocksDBException e) throws RocksDBException {
    Status status = e.getStatus();
    Status.Code code = status == null ? Status.Code.Undefined : status.getCode();
    switch (code) {
      case Busy, TryAgain, TimedOut, Aborted -> {}
      default -> throw e;
    }
  }

  @Override
  public final void load(int from, int to) throws RocksDBException {
    try (WriteOptions unlogged = new WriteOptions().setDisableWAL(true)) {
      write(unlogged, from, to, Data::key, Data::counter);
    }
    flush();
    db.compactRange();
  }

  @Override
  public final void bulk(int entries, IntFunction<byte[]> keys) throws RocksDBException {
    write(options.write(), 0, entries, keys, Data::bulkValue);
  }

  /** The plain loop: puts in a batch, the batch in the store. */
  private void write(
      WriteOptions how, int from, int to, IntFunction<byte[]> keys, IntFunction<byte[]> values)
      throws RocksDBException {
    int i = from;
    while (i < to) {
      try (WriteBatch batch = new WriteBatch()) {
        int end = Math.min(to, i + BATCH_ENTRIES);
        for (; i < end; i++) {
          batch.put(keys.apply(i), values.apply(i));
        }
        db.write(how, batch);
      }
    }
  }

  @Override
  public final long sum(int keys) throws RocksDBException {
    long sum = 0;
    try (RocksIterator cursor = db.newIterator(read)) {
      for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
        sum += Data.count(cursor.value());
      }
      cursor.status();
    }
    return sum;
  }

  @Override
  public final void flush() throws RocksDBException {
    try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
      db.flush(wait);
    }
  }

  @Override
  public final void settle() throws RocksDBException, InterruptedException {
    while (isSet("rocksdb.mem-table-flush-pending")
        || isSet("rocksdb.num-running-flushes")
        || isSet("rocksdb.compaction-pending")
        || isSet("rocksdb.num-running-compactions")) {
      Thread.sleep(POLL_MS);
    }
  }

  private boolean isSet(String property) throws RocksDBException {
    return db.getLongProperty(property) != 0;
  }

  @Override
  public final Upkeep upkeep() throws RocksDBException {
    Map<String, String> figures = db.getMapProperty("rocksdb.cfstats");
    return new Upkeep(
        0, 0, Double.parseDouble(figures.getOrDefault("compaction.Sum.CompSec", "0")));
  }

  @Override
  public Map<String, String> settings() {
    return options.describe();
  }

  @Override
  public final long nativeBudgetBytes() {
    return options.nativeBudgetBytes();
  }

  @Override
  public void close() {
    db.close();
    read.close();
    options.close();
  }
}
