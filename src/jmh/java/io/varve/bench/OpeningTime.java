package io.varve.bench;

import io.varve.model.Durability;
import io.varve.model.Key;
import io.varve.model.StoreId;
import io.varve.model.Value;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.OverlayLimits;
import io.varve.storage.StorageService;
import io.varve.storage.rocksdb.RocksDbStorageService;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How long a Varve store takes to open.
 *
 * @param engineMillis until RocksDB is open, which reads its write-ahead log
 * @param storeMillis from there until the log is replayed
 * @param revision the newest one that can be read afterwards
 */
record OpeningTime(double engineMillis, double storeMillis, long revision) {
  private static final Durability DURABILITY = Durability.SYNC_ON_INTERVAL;

  /** Enough to fill the groups that are logged together; a record is one commit all the same. */
  private static final int FILL_THREADS = 32;

  /** So much that nobody asks for a flush. */
  private static final OverlayLimits NO_FLUSH =
      new OverlayLimits(1L << 40, Long.MAX_VALUE, 1L << 41);

  /** Opens a store as the service does, and leaves it open. */
  static OpeningTime measure(Path directory) {
    long started = System.nanoTime();
    StorageService storage = RocksDbStorageService.open(VarveContender.engineSettings(directory));
    long opened = System.nanoTime();
    MvccStore store = open(storage, VarveContender.settings(directory, DURABILITY));
    long replayed = System.nanoTime();
    return new OpeningTime(
        (opened - started) / 1e6, (replayed - opened) / 1e6, store.visible().value());
  }

  private static MvccStore open(StorageService storage, MvccSettings settings) {
    return MvccStore.open(
        storage, settings, InstantSource.system(), StoreId.of(1), MvccListener.NONE);
  }

  /** Commits records one by one into a new store, which stays open: it is there to be killed. */
  static void fill(Command.FillLog command) throws InterruptedException {
    Path directory = command.directory();
    StorageService storage = RocksDbStorageService.open(VarveContender.engineSettings(directory));
    MvccStore store = open(storage, VarveContender.settings(directory, DURABILITY).with(NO_FLUSH));
    MvccTransactionManager manager =
        MvccTransactionManager.start(store, TransactionSettings.DEFAULTS, System::nanoTime);
    fill(manager, command.records());
    if (command.flush()) {
      store.flush();
    }
  }

  private static void fill(MvccTransactionManager manager, int records)
      throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < FILL_THREADS; i++) {
      threads.add(
          Thread.ofPlatform()
              .name("bench-worker")
              .daemon()
              .start(
                  () -> {
                    try {
                      int record = next.getAndIncrement();
                      while (record < records) {
                        put(manager, record);
                        record = next.getAndIncrement();
                      }
                    } catch (RuntimeException | Error e) {
                      failure.compareAndSet(null, e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (failure.get() != null) {
      throw new IllegalStateException("a commit failed", failure.get());
    }
  }

  private static void put(MvccTransactionManager manager, int number) {
    Key key = Key.wrap(Data.key(number));
    Value value = Value.wrap(Data.counter(number), null);
    var _ =
        manager.execute(
            TransactionOptions.DEFAULTS,
            view -> {
              view.put(key, value);
              return true;
            });
  }
}
