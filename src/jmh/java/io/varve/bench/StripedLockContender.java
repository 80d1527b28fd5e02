package io.varve.bench;

import io.varve.model.Durability;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * RocksDB as it is, with get and put. A lock held from the get until the put returns makes the two
 * one: what a program would do that has no need of transactions over several keys. With 1024 locks
 * two keys rarely share one.
 */
final class StripedLockContender extends RocksDbPeer {
  private static final int STRIPES = 1024;

  private final ReentrantLock[] stripes =
      IntStream.range(0, STRIPES).mapToObj(_ -> new ReentrantLock()).toArray(ReentrantLock[]::new);
  private final RocksDB db;

  static StripedLockContender open(Path directory, Durability durability) throws RocksDBException {
    RocksDbPeerOptions options = new RocksDbPeerOptions(durability);
    return new StripedLockContender(
        options, RocksDB.open(options.database(), directory.toString()));
  }

  private StripedLockContender(RocksDbPeerOptions options, RocksDB db) {
    super(options, db);
    this.db = db;
  }

  @Override
  public int increment(int number) throws RocksDBException {
    byte[] key = Data.key(number);
    ReentrantLock stripe = stripes[number % STRIPES];
    stripe.lock();
    try {
      db.put(write(), key, Data.incremented(db.get(read(), key)));
    } finally {
      stripe.unlock();
    }
    return 0;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = super.settings();
    settings.put("transactions", "get and put under one of " + STRIPES + " locks in Java");
    return settings;
  }
}
