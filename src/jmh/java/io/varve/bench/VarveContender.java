package io.varve.bench;

import io.varve.model.Durability;
import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Retention;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.StoreId;
import io.varve.model.Value;
import io.varve.mvcc.FlushResult;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.OverlayLimits;
import io.varve.mvcc.PruneRequest;
import io.varve.storage.StorageService;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import io.varve.txn.AdaptiveBatchWriter;
import io.varve.txn.Executed;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.ReadPoint;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionSettings;
import io.varve.txn.WriteAdmission;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Varve without its HTTP layer. Flushes run when the store asks for them and prune runs every five
 * seconds, both beside the work that is measured. One version of a key is kept, as the others do.
 *
 * <p>The defaults of the service, but for the cache: three quarters of what all contenders have are
 * the read cache, in the heap, and one quarter is the block cache.
 */
final class VarveContender implements Contender {
  private static final long BLOCK_CACHE_BYTES = CACHE_BYTES / 4;
  private static final long READ_CACHE_BYTES = CACHE_BYTES - BLOCK_CACHE_BYTES;

  /** How many write buffers of the log, and of the metadata, RocksDB may hold at a time. */
  private static final int LOG_WRITE_BUFFERS = 4;

  private static final int META_WRITE_BUFFERS = 2;

  private static final int PRUNE_SECONDS = 5;
  private static final Duration PRUNE_BUDGET = Duration.ofSeconds(1);
  private static final int PAGE_ENTRIES = 10_000;
  private static final long POLL_MS = 20;

  private final ExecutorService flusher =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("bench-flush").daemon().factory());
  private final ScheduledExecutorService pruner =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("bench-prune").daemon().factory());
  private final AtomicReference<@Nullable Throwable> upkeepFailure = new AtomicReference<>();
  private final StorageService storage;
  private final MvccStore store;
  private final MvccTransactionManager manager;
  private final Durability durability;
  private final Meters meters;

  /** Written by one flush at a time. */
  private volatile Upkeep flushes = Upkeep.NONE;

  private VarveContender(Path directory, Durability durability, Meters meters) {
    this.durability = durability;
    this.storage = RocksDbStorageService.open(engineSettings(directory));
    MvccListener flushWhenAsked =
        new MvccListener() {
          @Override
          public void flushNeeded() {
            flusher.execute(() -> runUpkeep(VarveContender.this::flush));
          }
        };
    this.meters = meters;
    this.store =
        MvccStore.open(
            storage,
            settings(directory, durability),
            InstantSource.system(),
            StoreId.of(1),
            meters.listening(flushWhenAsked));
    this.manager =
        MvccTransactionManager.start(
            store, patient(), System::nanoTime, new WriteAdmission(), meters.transactions());
    var _ =
        pruner.scheduleWithFixedDelay(
            () -> runUpkeep(this::prune), PRUNE_SECONDS, PRUNE_SECONDS, TimeUnit.SECONDS);
  }

  static VarveContender open(Path directory, Durability durability) {
    return new VarveContender(directory, durability, Meters.none());
  }

  static VarveContender openMetered(Path directory, Durability durability) {
    return new VarveContender(directory, durability, Meters.ofService());
  }

  static RocksDbSettings engineSettings(Path directory) {
    return RocksDbSettings.defaults(directory.resolve("db")).withBlockCacheBytes(BLOCK_CACHE_BYTES);
  }

  static MvccSettings settings(Path directory, Durability durability) {
    MvccSettings defaults = MvccSettings.defaults(directory);
    return new MvccSettings(
        directory,
        durability,
        defaults.overlay(),
        READ_CACHE_BYTES,
        new Retention(1, Duration.ZERO),
        defaults.log(),
        false,
        defaults.revisionBlock());
  }

  /** A bulk load waits for a flush as long as it takes: nobody is there who would try again. */
  private static TransactionSettings patient() {
    TransactionSettings defaults = TransactionSettings.DEFAULTS;
    return new TransactionSettings(
        defaults.limits(),
        defaults.maxAttempts(),
        defaults.syncInterval(),
        Duration.ofMinutes(2),
        defaults.commitTimeout(),
        defaults.batch());
  }

  /** The executor would swallow it, and what is measured would be a store without upkeep. */
  private void runUpkeep(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      upkeepFailure.compareAndSet(null, e);
    }
  }

  private void requireUpkeep() {
    Throwable failure = upkeepFailure.get();
    if (failure != null) {
      throw new IllegalStateException("flush or prune failed", failure);
    }
  }

  private void prune() {
    store.prune(PruneRequest.scheduled(PRUNE_BUDGET));
  }

  /** Of a load, every entry is a candidate, which is no part of what is measured next. */
  private void pruneAll() {
    boolean complete;
    do {
      complete = store.prune(PruneRequest.scheduled(PRUNE_BUDGET)).complete();
    } while (!complete);
  }

  @Override
  public void load(int from, int to) {
    AdaptiveBatchWriter writer = manager.bulkWriter(to - from, null);
    for (int i = from; i < to; i++) {
      writer.put(Key.wrap(Data.key(i)), Value.wrap(Data.counter(i), null));
    }
    writer.finish();
    flush();
    pruneAll();
    store.compact();
    requireUpkeep();
  }

  @Override
  public int increment(int number) {
    Key key = Key.wrap(Data.key(number));
    Executed<Boolean> done =
        manager.execute(
            TransactionOptions.DEFAULTS,
            view -> {
              Entry entry = Objects.requireNonNull(view.get(key));
              view.put(key, Value.wrap(Data.incremented(entry.value().array()), null));
              return true;
            });
    return done.attempts() - 1;
  }

  @Override
  public long sum(int keys) {
    requireUpkeep();
    return manager.read(
        ReadPoint.LATEST,
        view -> {
          long sum = 0;
          KeyRange rest = KeyRange.ALL;
          while (rest != null) {
            ScanPage page = view.scan(rest, ScanOptions.first(PAGE_ENTRIES));
            for (Entry entry : page.entries()) {
              sum += Data.count(entry.value().array());
            }
            rest = page.rest();
          }
          return sum;
        });
  }

  @Override
  public void bulk(int entries, IntFunction<byte[]> keys) {
    AdaptiveBatchWriter writer = manager.bulkWriter(entries, null);
    for (int i = 0; i < entries; i++) {
      writer.put(Key.wrap(keys.apply(i)), Value.wrap(Data.bulkValue(i), null));
    }
    writer.finish();
  }

  @Override
  public void flush() {
    FlushResult result = store.flush();
    if (result.commits() > 0) {
      count(result);
    }
  }

  private synchronized void count(FlushResult result) {
    double seconds = result.took().toNanos() / 1e9;
    flushes = new Upkeep(flushes.flushes() + 1, flushes.flushSeconds() + seconds, 0);
  }

  @Override
  public void settle() throws InterruptedException {
    flush();
    while (storage.stats().pendingCompactionBytes() > 0) {
      Thread.sleep(POLL_MS);
    }
    requireUpkeep();
  }

  @Override
  public Upkeep upkeep() {
    Upkeep total = flushes;
    double compactionSeconds = storage.stats().compactionMs() / 1e3;
    return new Upkeep(total.flushes(), total.flushSeconds(), compactionSeconds);
  }

  @Override
  public Map<String, String> settings() {
    RocksDbSettings engine = RocksDbSettings.defaults(Path.of(""));
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("version", "Varve");
    settings.put(
        "durability",
        switch (durability) {
          case FLUSH_ONLY -> "log off";
          case SYNC_ON_INTERVAL -> "log on, synced every 100 ms";
          case SYNC_ON_COMMIT -> "log on, synced before a commit is acknowledged";
        });
    OverlayLimits overlay = MvccSettings.defaults(Path.of("")).overlay();
    settings.put("overlay", "flushed at " + (overlay.flushBytes() >> 20) + " MiB");
    settings.put("readCache", (READ_CACHE_BYTES >> 20) + " MiB, in the heap");
    settings.put("blockCache", (BLOCK_CACHE_BYTES >> 20) + " MiB");
    settings.put("logWriteBuffer", (engine.logWriteBufferBytes() >> 20) + " MiB");
    settings.put("compression", "LZ4 on every level");
    settings.put("backgroundJobs", Integer.toString(engine.maxBackgroundJobs()));
    settings.put("transactions", "SERIALIZABLE, started over after a conflict");
    return settings;
  }

  @Override
  public long nativeBudgetBytes() {
    RocksDbSettings engine = RocksDbSettings.defaults(Path.of(""));
    return BLOCK_CACHE_BYTES
        + LOG_WRITE_BUFFERS * engine.logWriteBufferBytes()
        + META_WRITE_BUFFERS * engine.metaWriteBufferBytes();
  }

  @Override
  public void close() {
    flusher.shutdownNow();
    pruner.shutdownNow();
    meters.close();
    manager.close();
  }
}
