package io.varve.bench;

import io.varve.model.Durability;
import java.nio.file.Path;
import java.util.Map;
import org.rocksdb.OptimisticTransactionDB;
import org.rocksdb.OptimisticTransactionOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.Transaction;

/**
 * RocksDB's transactions without locks. Each has a snapshot, which the commit checks what was read
 * for update against, and starts over where another one was faster.
 */
final class OptimisticContender extends RocksDbPeer {
  private final OptimisticTransactionOptions transaction =
      new OptimisticTransactionOptions().setSetSnapshot(true);
  private final OptimisticTransactionDB db;

  static OptimisticContender open(Path directory, Durability durability) throws RocksDBException {
    RocksDbPeerOptions options = new RocksDbPeerOptions(durability);
    return new OptimisticContender(
        options, OptimisticTransactionDB.open(options.database(), directory.toString()));
  }

  private OptimisticContender(RocksDbPeerOptions options, OptimisticTransactionDB db) {
    super(options, db);
    this.db = db;
  }

  @Override
  public int increment(int number) throws RocksDBException {
    byte[] key = Data.key(number);
    for (int attempt = 0; ; attempt++) {
      try (Transaction txn = db.beginTransaction(write(), transaction)) {
        byte[] value = txn.getForUpdate(read(), key, true);
        txn.put(key, Data.incremented(value));
        txn.commit();
        return attempt;
      } catch (RocksDBException e) {
        requireConflict(e);
      }
    }
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = super.settings();
    settings.put("transactions", "OptimisticTransactionDB, getForUpdate with a snapshot");
    return settings;
  }

  @Override
  public void close() {
    super.close();
    transaction.close();
  }
}
