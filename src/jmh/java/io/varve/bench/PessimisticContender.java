package io.varve.bench;

import io.varve.model.Durability;
import java.nio.file.Path;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.rocksdb.Transaction;
import org.rocksdb.TransactionDB;
import org.rocksdb.TransactionDBOptions;
import org.rocksdb.TransactionOptions;

/**
 * RocksDB's transactions with locks. A read for update locks its key first and then reads what is
 * newest, so no snapshot is needed; with one key a transaction there is nothing to deadlock on, so
 * its detection is off, as it is by default. More lock stripes than the usual 16, since each is one
 * mutex.
 */
final class PessimisticContender extends RocksDbPeer {
  private static final int LOCK_STRIPES = 256;

  private final TransactionDBOptions databaseOptions;
  private final TransactionOptions transaction = new TransactionOptions();
  private final TransactionDB db;

  static PessimisticContender open(Path directory, Durability durability) throws RocksDBException {
    RocksDbPeerOptions options = new RocksDbPeerOptions(durability);
    TransactionDBOptions databaseOptions = new TransactionDBOptions().setNumStripes(LOCK_STRIPES);
    return new PessimisticContender(
        options,
        databaseOptions,
        TransactionDB.open(options.database(), databaseOptions, directory.toString()));
  }

  private PessimisticContender(
      RocksDbPeerOptions options, TransactionDBOptions databaseOptions, TransactionDB db) {
    super(options, db);
    this.databaseOptions = databaseOptions;
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
    settings.put("transactions", "TransactionDB, getForUpdate, " + LOCK_STRIPES + " lock stripes");
    return settings;
  }

  @Override
  public void close() {
    super.close();
    transaction.close();
    databaseOptions.close();
  }
}
