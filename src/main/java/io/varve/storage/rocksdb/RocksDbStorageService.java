package io.varve.storage.rocksdb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.model.StoreErrors;
import io.varve.storage.ColumnFamily;
import io.varve.storage.SortedIngest;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageRow;
import io.varve.storage.StorageService;
import io.varve.storage.StorageStats;
import io.varve.storage.WriteSync;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** The storage engine on RocksDB. Thread-safe. */
public final class RocksDbStorageService implements StorageService {
  /*
   * Native objects. Whatever lives as long as the store belongs to `handles`. Cursors and
   * ingestions own what they open and stay inside the gate until they are closed. Everything else
   * is opened and closed within one method. So when the gate has been drained nothing native is in
   * use, and closing is safe.
   *
   * Durability. Every write goes through the write-ahead log. The log is synced by a SYNCED write,
   * by syncWal() and by close(), never by RocksDB on its own, and the log is never flushed by hand.
   * Ingestions are durable on return but do not sync the log.
   */
  private final RocksDbHandles handles;
  private final RocksDbDirectory directory;
  private final RocksDbOptionsFactory options;
  private final OperationGate gate = new OperationGate();
  private final RocksDbDatabase database;
  private final RocksDB db;
  private final WriteBatchEncoder encoder;
  private final WriteOptions logged;
  private final WriteOptions synced;
  private final WriteOptions lowPriority;
  private final RocksDbPointReads pointReads;
  private final FlushOptions flush;
  private final CompactRangeOptions compaction;
  private final AtomicLong ingestions = new AtomicLong();
  private final boolean readOnly;

  /** Held while closing, so that every caller of close returns when the store is closed. */
  private final ReentrantLock closing = new ReentrantLock();

  @GuardedBy("closing")
  private boolean closed;

  /**
   * Opens the store in the directory of the settings and makes one where there is none. Throws
   * {@code STORE_LOCKED}, {@code DATA_DIRECTORY_NOT_WRITABLE}, {@code NOT_A_VARVE_STORE}, {@code
   * STORAGE_CORRUPTED} or {@code STORAGE_IO}.
   */
  public static RocksDbStorageService open(RocksDbSettings settings) {
    return open(settings, _ -> {});
  }

  /** Like {@link #open(RocksDbSettings)}, for a test that has to watch RocksDB. */
  static RocksDbStorageService open(RocksDbSettings settings, Consumer<DBOptions> watch) {
    RocksDbLibrary.load();
    var directory = new RocksDbDirectory(settings.directory());
    directory.create();
    return open(
        settings,
        (options, handles) -> {
          handles.own(OpenStores.claim(directory.path()));
          boolean createMissing = directory.prepare();
          DBOptions dbOptions = options.database(createMissing);
          watch.accept(dbOptions);
          var store = new RocksDbStorageService(directory, options, handles, dbOptions, false);
          directory.clearStaging();
          return store;
        });
  }

  /**
   * Opens the store in the directory of the settings without changing a byte there: what only the
   * write-ahead log holds is read into memory. Whatever would change the store throws {@code
   * STORE_UNAVAILABLE}. Nobody may write the store meanwhile. Throws {@code STORAGE_CORRUPTED} or
   * {@code STORAGE_IO}.
   *
   * @param infoLogDirectory where RocksDB writes its own text log
   */
  public static RocksDbStorageService openReadOnly(
      RocksDbSettings settings, Path infoLogDirectory) {
    RocksDbLibrary.load();
    var directory = new RocksDbDirectory(settings.directory());
    directory.requireStore();
    return open(
        settings,
        (options, handles) ->
            new RocksDbStorageService(
                directory, options, handles, options.readOnlyDatabase(infoLogDirectory), true));
  }

  private static RocksDbStorageService open(RocksDbSettings settings, OpenStore how) {
    var handles = new RocksDbHandles();
    boolean opened = false;
    try {
      RocksDbStorageService store = how.open(new RocksDbOptionsFactory(settings, handles), handles);
      opened = true;
      return store;
    } catch (RocksDBException e) {
      throw RocksDbErrors.opening(settings.directory(), e);
    } finally {
      if (!opened) {
        closeQuietly(handles);
      }
    }
  }

  /** The version of RocksDB, for instance {@code 11.8.1}. */
  public static String engineVersion() {
    RocksDbLibrary.load();
    return RocksDB.rocksdbVersion().toString();
  }

  private RocksDbStorageService(
      RocksDbDirectory directory,
      RocksDbOptionsFactory options,
      RocksDbHandles handles,
      DBOptions dbOptions,
      boolean readOnly)
      throws RocksDBException {
    this.readOnly = readOnly;
    this.handles = handles;
    this.directory = directory;
    this.options = options;
    this.logged = options.write(false);
    this.synced = options.write(true);
    this.lowPriority = options.lowPriorityWrite();
    ReadOptions pointRead = options.pointRead(); // before the database, so closed after it
    this.flush = options.flush();
    this.compaction = options.compaction();
    this.database = RocksDbDatabase.open(directory.path(), dbOptions, options, handles, readOnly);
    this.db = database.db();
    this.pointReads = new RocksDbPointReads(db, options, pointRead);
    this.encoder = new WriteBatchEncoder(database.familyIds());
  }

  @Override
  public void write(StorageBatch batch, WriteSync sync) {
    changing(
        "write",
        () -> {
          if (!batch.isEmpty()) {
            try (var encoded = new WriteBatch(encoder.encode(batch))) {
              db.write(sync == WriteSync.SYNCED ? synced : logged, encoded);
            }
          }
          return null;
        });
  }

  @Override
  public void syncWal() {
    changing(
        "sync the log",
        () -> {
          db.syncWal();
          return null;
        });
  }

  @Override
  public SortedIngest ingest(ColumnFamily family) {
    if (family == ColumnFamily.META) {
      throw new IllegalArgumentException("Metadata is written in batches.");
    }
    requireWritable();
    RocksDbIngest.Target target = database.ingestTarget(family);
    String prefix = directory.staging().resolve(ingestions.incrementAndGet() + "-").toString();
    return holding(entry -> new RocksDbIngest(target, prefix, gate, entry));
  }

  @Override
  public byte @Nullable [] get(ColumnFamily family, byte[] key) {
    return inside("read a key", () -> pointReads.get(database.family(family), key));
  }

  @Override
  public @Nullable StorageRow first(ColumnFamily family, byte[] from, byte[] to) {
    return inside("read a row", () -> pointReads.first(database.family(family), from, to));
  }

  @Override
  public StorageIterator iterate(ColumnFamily family) {
    ColumnFamilyHandle handle = database.family(family);
    return holding(entry -> new RocksDbIterator(db, handle, options.read(), gate, entry));
  }

  @Override
  public List<byte[]> sampleKeys(ColumnFamily family) {
    return inside(
        "list its files",
        () ->
            db.getLiveFilesMetaData().stream()
                .filter(file -> Arrays.equals(file.columnFamilyName(), database.name(family)))
                .map(LiveFileMetaData::smallestKey)
                .toList());
  }

  /**
   * {@inheritDoc}
   *
   * <p>The removal is one record in the log, so a crash leaves it done or not begun. Files below
   * level 0 that lie inside the range go at once. What is left, a memtable, a few files at level 0
   * and one file at each end of the range, is bounded whatever the size of the range; it goes with
   * the next flushes and compactions.
   */
  @Override
  public void deleteRange(ColumnFamily family, byte[] from, byte[] to) {
    if (family == ColumnFamily.VERSIONS) {
      throw new IllegalArgumentException("Versions are removed by an ingestion.");
    }
    if (Arrays.compareUnsigned(from, to) > 0) {
      throw new IllegalArgumentException("The range is inverted.");
    }
    changing(
        "remove a range",
        () -> {
          // In this order: dropping a file first could bring back what it hides.
          db.deleteRange(database.family(family), lowPriority, from, to);
          db.deleteFilesInRanges(database.family(family), List.of(from, to), false);
          return null;
        });
  }

  @Override
  public void flush(ColumnFamily family) {
    changing(
        "flush",
        () -> {
          db.flush(flush, database.family(family));
          return null;
        });
  }

  @Override
  public void compact(ColumnFamily family) {
    changing(
        "compact",
        () -> {
          db.compactRange(database.family(family), null, null, compaction);
          return null;
        });
  }

  @Override
  public void checkpoint(Path target) {
    if (Files.exists(target)) {
      throw new IllegalArgumentException("A checkpoint needs a directory of its own.");
    }
    changing(
        "make a checkpoint",
        () -> {
          try (Checkpoint checkpoint = Checkpoint.create(db)) {
            checkpoint.createCheckpoint(target.toString());
          }
          return null;
        });
  }

  @Override
  public StorageStats stats() {
    return inside(
        "read its own numbers",
        () -> {
          ColumnFamilyHandle versions = database.family(ColumnFamily.VERSIONS);
          return new StorageStats(
              db.getLongProperty(versions, "rocksdb.estimate-num-keys"),
              db.getAggregatedLongProperty("rocksdb.live-sst-files-size"),
              db.getAggregatedLongProperty("rocksdb.total-sst-files-size"),
              db.getAggregatedLongProperty("rocksdb.size-all-mem-tables"),
              Long.parseLong(db.getProperty(versions, "rocksdb.num-files-at-level0")),
              db.getAggregatedLongProperty("rocksdb.estimate-pending-compaction-bytes"),
              database.compactionMs(),
              database.cache().getUsage(),
              database.cache().getPinnedUsage(),
              options.blockCacheBytes(),
              db.getAggregatedLongProperty("rocksdb.estimate-table-readers-mem"),
              db.getLongProperty(versions, "rocksdb.num-live-versions"),
              db.getLongProperty("rocksdb.num-running-compactions"),
              db.getLongProperty("rocksdb.background-errors"),
              db.getLongProperty("rocksdb.is-write-stopped") != 0,
              directory.freeBytes(),
              NativeHandles.open(),
              options.statistics().read());
        });
  }

  @Override
  public void close() {
    closing.lock();
    try {
      if (!closed) {
        closed = true;
        compaction.setCanceled(true); // or the gate would wait for all of it
        gate.close();
        shutDown();
      }
    } catch (RocksDBException e) {
      throw RocksDbErrors.translate("close", e);
    } finally {
      closing.unlock();
    }
  }

  private void shutDown() throws RocksDBException {
    try {
      if (!readOnly) {
        db.syncWal(); // closing the database does not
      }
    } finally {
      db.cancelAllBackgroundWork(true);
      handles.close();
    }
  }

  private static void closeQuietly(RocksDbHandles handles) {
    try {
      handles.close();
    } catch (RocksDBException _) {
      // The failure to open is what the caller is told.
    }
  }

  /** Runs a call that changes the store inside the gate. */
  private <T extends @Nullable Object> T changing(String operation, NativeCall<T> call) {
    requireWritable();
    return inside(operation, call);
  }

  private void requireWritable() {
    if (readOnly) {
      throw StoreErrors.unavailable("The store is open for reading only.");
    }
  }

  /** Runs a call inside the gate. */
  private <T extends @Nullable Object> T inside(String operation, NativeCall<T> call) {
    int entry = gate.enter();
    try {
      return call.run();
    } catch (RocksDBException e) {
      throw RocksDbErrors.translate(operation, e);
    } finally {
      gate.exit(entry);
    }
  }

  /** Opens something that stays inside the gate until it is closed. */
  private <T> T holding(Opening<T> opening) {
    int entry = gate.enter();
    boolean opened = false;
    try {
      T result = opening.open(entry);
      opened = true;
      return result;
    } finally {
      if (!opened) {
        gate.exit(entry);
      }
    }
  }

  private interface NativeCall<T extends @Nullable Object> {
    T run() throws RocksDBException;
  }

  private interface OpenStore {
    RocksDbStorageService open(RocksDbOptionsFactory options, RocksDbHandles handles)
        throws RocksDBException;
  }

  private interface Opening<T> {
    T open(int entry);
  }
}
