package io.varve.bench;

import io.varve.model.Durability;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.h2.engine.Constants;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.tx.Transaction;
import org.h2.mvstore.tx.TransactionMap;
import org.h2.mvstore.tx.TransactionStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.MetaType;
import org.h2.value.VersionedValue;

/**
 * H2's MVStore with its transactions: a B-tree in the heap whose changed pages are appended to one
 * file as a chunk. A transaction locks its key, reads what is newest and writes.
 *
 * <p>There is no log, so durability is what comes nearest:
 *
 * <ul>
 *   <li>{@code FLUSH_ONLY}: chunks are written as it does by itself, once a second and whenever its
 *       write buffer is full, and never synced.
 *   <li>{@code SYNC_ON_INTERVAL}: the same ten times a second. This is weaker than what the others
 *       do, as a killed process loses up to a tenth of a second; a chunk for each transaction is
 *       the only thing that would not.
 *   <li>{@code SYNC_ON_COMMIT}: after each transaction a chunk is written and the file synced, and
 *       nothing is written in between.
 * </ul>
 *
 * <p>The cache has the size all contenders have. Pages are compressed with LZF, the faster of the
 * two it has. The write buffer holds as much as a write buffer of the others.
 */
final class MvStoreContender implements Contender {
  private static final int WRITE_BUFFER_KIB = 64 << 10;
  private static final int LOCK_TIMEOUT_MS = 10_000;
  private static final int INTERVAL_MS = 100;
  private static final String MAP = "data";

  private final Durability durability;
  private final MVStore store;
  private final TransactionStore transactions;
  private final MVMap<byte[], VersionedValue<byte[]>> map;

  private MvStoreContender(MVStore store, Durability durability) {
    this.durability = durability;
    this.store = store;
    this.transactions =
        new TransactionStore(
            store, new MetaType<>(null, null), ByteArrayDataType.INSTANCE, LOCK_TIMEOUT_MS);
    transactions.init();
    transactions.endLeftoverTransactions();
    this.map = openMap();
  }

  static MvStoreContender open(Path directory, Durability durability) {
    MVStore.Builder builder =
        new MVStore.Builder()
            .fileName(directory.resolve("mvstore.db").toString())
            .cacheSize((int) (CACHE_BYTES >> 20))
            .autoCommitBufferSize(WRITE_BUFFER_KIB)
            .compress();
    if (durability == Durability.SYNC_ON_COMMIT) {
      // A chunk that is written behind our back is one that our sync does not wait for.
      builder.autoCommitDisabled().autoCommitBufferSize(0);
    }
    MVStore store = builder.open();
    if (durability == Durability.SYNC_ON_INTERVAL) {
      store.setAutoCommitDelay(INTERVAL_MS);
    }
    return new MvStoreContender(store, durability);
  }

  private MVMap<byte[], VersionedValue<byte[]>> openMap() {
    Transaction first = transactions.begin();
    TransactionMap<byte[], byte[]> opened =
        first.openMap(MAP, ByteArrayDataType.INSTANCE, ByteArrayDataType.INSTANCE);
    first.commit();
    return opened.map;
  }

  @Override
  public void load(int from, int to) {
    write(from, to, Data::key, Data::counter);
    flush();
  }

  @Override
  public int increment(int number) {
    byte[] key = Data.key(number);
    for (int attempt = 0; ; attempt++) {
      Transaction txn = transactions.begin();
      try {
        TransactionMap<byte[], byte[]> view = txn.openMapX(map);
        byte[] value = view.lock(key);
        view.put(key, Data.incremented(value));
      } catch (MVStoreException e) {
        txn.rollback();
        requireConflict(e);
        continue;
      }
      txn.commit();
      makeDurable();
      return attempt;
    }
  }

  private static void requireConflict(MVStoreException e) {
    if (e.getErrorCode() != DataUtils.ERROR_TRANSACTION_LOCKED
        && e.getErrorCode() != DataUtils.ERROR_TRANSACTIONS_DEADLOCK) {
      throw e;
    }
  }

  private void makeDurable() {
    if (durability == Durability.SYNC_ON_COMMIT) {
      flush();
    }
  }

  @Override
  public long sum(int keys) {
    Transaction txn = transactions.begin();
    try {
      long sum = 0;
      TransactionMap<byte[], byte[]> view = txn.openMapX(map);
      Iterator<Map.Entry<byte[], byte[]>> entries = view.entryIterator(null, null);
      while (entries.hasNext()) {
        sum += Data.count(entries.next().getValue());
      }
      return sum;
    } finally {
      txn.rollback();
    }
  }

  @Override
  public void bulk(int entries, IntFunction<byte[]> keys) {
    write(0, entries, keys, Data::bulkValue);
  }

  private void write(int from, int to, IntFunction<byte[]> keys, IntFunction<byte[]> values) {
    int i = from;
    while (i < to) {
      Transaction txn = transactions.begin();
      TransactionMap<byte[], byte[]> view = txn.openMapX(map);
      int end = Math.min(to, i + BATCH_ENTRIES);
      for (; i < end; i++) {
        view.put(keys.apply(i), values.apply(i));
      }
      txn.commit();
      makeDurable();
    }
  }

  /** Writes what has changed as a chunk, and syncs the file. */
  @Override
  public void flush() {
    store.commit();
    store.sync();
  }

  /** Nothing to wait for: it rewrites old chunks a little at a time, whenever it is idle. */
  @Override
  public void settle() {
    flush();
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("version", "H2 MVStore " + Constants.VERSION);
    settings.put(
        "durability",
        switch (durability) {
          case FLUSH_ONLY -> "a chunk a second, not synced";
          case SYNC_ON_INTERVAL -> "a chunk every " + INTERVAL_MS + " ms, not synced";
          case SYNC_ON_COMMIT -> "a chunk for each transaction, synced";
        });
    settings.put("writeBuffer", (WRITE_BUFFER_KIB >> 10) + " MiB");
    settings.put("cache", (CACHE_BYTES >> 20) + " MiB, in the heap");
    settings.put("compression", "LZF");
    settings.put("transactions", "TransactionStore, lock and put");
    return settings;
  }

  @Override
  public long nativeBudgetBytes() {
    return 0;
  }

  @Override
  public void close() {
    store.close();
  }
}
