package io.varve.txn;

import io.varve.model.StoreException;
import io.varve.model.StoreId;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.storage.InMemoryStorageService;
import io.varve.storage.StorageService;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A store that is opened, closed, crashed and opened again. One thread. */
final class SimulatedStore {
  private static final StoreId ID = StoreId.of(0x51EEDL);

  private final Path root;
  private final boolean onRocksDb;
  private final SimulationClock clock;
  private final InMemoryStorageService.State memory = new InMemoryStorageService.State();

  private Path directory;
  private int copies;
  private boolean powerFails;
  private volatile boolean flushNeeded;

  private @Nullable CrashingStorage storage;
  private @Nullable MvccStore store;
  private @Nullable MvccTransactionManager manager;

  SimulatedStore(Path root, boolean onRocksDb, SimulationClock clock) {
    this.root = root;
    this.onRocksDb = onRocksDb;
    this.clock = clock;
    this.directory = root.resolve("store-0");
  }

  /** A RocksDB that makes many small files. */
  static RocksDbSettings smallRocksDb(Path directory) {
    return RocksDbSettings.defaults(directory)
        .withBlockCacheBytes(1 << 20)
        .withWriteBufferBytes(64 << 10, 64 << 10)
        .withSstTargetBytes(4 << 10);
  }

  Path directory() {
    return directory;
  }

  boolean isOnRocksDb() {
    return onRocksDb;
  }

  /** Whether the next crash takes away what was not synced; only in memory. */
  void powerFails(boolean fails) {
    powerFails = fails && !onRocksDb;
  }

  boolean losesUnsynced() {
    return powerFails;
  }

  /** Opens the store; crashes at the given change, if it is not 0, be it during the opening. */
  void open(MvccSettings settings, TransactionSettings transactions, int crashAt, boolean applied) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CrashingStorage opened = new CrashingStorage(engine(), onRocksDb, this::keepFiles);
    storage = opened;
    opened.crashAt(crashAt, applied);
    MvccListener listener =
        new MvccListener() {
          @Override
          public void flushNeeded() {
            flushNeeded = true;
          }
        };
    store = MvccStore.open(opened, settings, clock, ID, listener);
    manager = MvccTransactionManager.start(store, transactions, clock::nanoTime);
  }

  private StorageService engine() {
    if (onRocksDb) {
      return RocksDbStorageService.open(smallRocksDb(directory.resolve("db")));
    }
    InMemoryStorageService service = InMemoryStorageService.over(memory);
    service.syncWal(); // an engine rewrites and syncs what it recovers before it opens
    return service;
  }

  private void keepFiles() {
    if (onRocksDb) {
      copies++;
      StoreFiles.copyAsKilled(directory, root.resolve("store-" + copies));
    } else if (powerFails) {
      memory.loseUnsynced();
    }
  }

  MvccStore store() {
    return Objects.requireNonNull(store);
  }

  MvccTransactionManager manager() {
    return Objects.requireNonNull(manager);
  }

  CrashingStorage storage() {
    return Objects.requireNonNull(storage);
  }

  /** Whether a flush was asked for since the last call. */
  boolean takeFlushNeeded() {
    boolean needed = flushNeeded;
    flushNeeded = false;
    return needed;
  }

  void close() {
    if (manager != null) {
      manager.close();
      manager = null;
      store = null;
    }
  }

  /** Ends the threads of a crashed store and goes on with what the crash left. */
  void leaveCrashed() {
    try {
      close();
    } catch (StoreException _) {
      // It could not write any more.
    } finally {
      manager = null;
      store = null;
    }
    if (onRocksDb) {
      StoreFiles.deleteAll(directory);
      directory = root.resolve("store-" + copies);
    }
  }

  /** Ends it after a test that failed, whatever its state. */
  void abandon() {
    try {
      close();
    } catch (RuntimeException _) {
      // The test has failed already and says why.
    }
  }
}
