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
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.PruneRequest;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import io.varve.txn.AdaptiveBatchWriter;
import io.varve.txn.Executed;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Varve without its HTTP layer, with flush and prune running as in the service. */
final class VarveContender implements Contender {
  private static final long CACHE_BYTES = 512L << 20;

  private final ScheduledExecutorService maintenance =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("bench-maintenance").daemon().factory());
  private final MvccStore store;
  private final MvccTransactionManager manager;

  VarveContender(Path directory, Durability durability) {
    MvccSettings defaults = MvccSettings.defaults(directory);
    MvccSettings settings =
        new MvccSettings(
            directory,
            durability,
            defaults.overlay(),
            CACHE_BYTES,
            new Retention(1, Duration.ZERO),
            defaults.log(),
            false,
            defaults.revisionBlock());
    MvccListener flushWhenAsked =
        new MvccListener() {
          @Override
          public void flushNeeded() {
            maintenance.execute(VarveContender.this::flush);
          }
        };
    this.store =
        MvccStore.open(
            RocksDbStorageService.open(RocksDbSettings.defaults(directory.resolve("db"))),
            settings,
            InstantSource.system(),
            StoreId.of(1),
            flushWhenAsked);
    this.manager =
        MvccTransactionManager.start(store, TransactionSettings.DEFAULTS, System::nanoTime);
    maintenance.scheduleWithFixedDelay(
        () -> store.prune(PruneRequest.scheduled(Duration.ofSeconds(1))), 5, 5, TimeUnit.SECONDS);
  }

  @Override
  public String name() {
    return "Varve";
  }

  @Override
  public void load(int keys) {
    AdaptiveBatchWriter writer = manager.bulkWriter(keys, null);
    for (int i = 0; i < keys; i++) {
      writer.put(Key.wrap(Data.key(i)), Value.wrap(Data.counter(0), null));
    }
    writer.finish();
    flush();
    store.compact();
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
    return manager.read(
        io.varve.txn.ReadPoint.LATEST,
        view -> {
          long sum = 0;
          KeyRange rest = KeyRange.ALL;
          while (rest != null) {
            ScanPage page = view.scan(rest, ScanOptions.first(10_000));
            for (Entry entry : page.entries()) {
              sum += Data.count(entry.value().array());
            }
            rest = page.rest();
          }
          return sum;
        });
  }

  @Override
  public void bulk(int entries) {
    AdaptiveBatchWriter writer = manager.bulkWriter(entries, null);
    for (int i = 0; i < entries; i++) {
      writer.put(Key.wrap(Data.orderedKey(i)), Value.wrap(Data.bulkValue(i), null));
    }
    writer.finish();
  }

  @Override
  public void flush() {
    store.flush();
  }

  @Override
  public void close() {
    maintenance.shutdownNow();
    manager.close();
  }
}
