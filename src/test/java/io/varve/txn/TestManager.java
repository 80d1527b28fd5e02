package io.varve.txn;

import io.varve.model.Durability;
import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.Retention;
import io.varve.model.StoreException;
import io.varve.model.StoreId;
import io.varve.model.Value;
import io.varve.mvcc.LogRetention;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.OverlayLimits;
import io.varve.mvcc.PruneRequest;
import io.varve.storage.rocksdb.RocksDbStorageService;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A manager on RocksDB with small limits, and the upkeep that a service would run beside it. */
final class TestManager implements AutoCloseable {
  static final StoreId ID = StoreId.of(0x7E57L);

  private final MvccStore store;
  private final MvccTransactionManager manager;
  private volatile boolean ended;
  private final @Nullable Thread upkeep;
  private volatile @Nullable Throwable failure;

  private TestManager(MvccStore store, boolean withUpkeep) {
    this.store = store;
    this.manager =
        MvccTransactionManager.start(store, TransactionSettings.DEFAULTS, System::nanoTime);
    this.upkeep = withUpkeep ? Thread.ofPlatform().start(this::flushAndPrune) : null;
  }

  /** Settings under which flushes and prunes are many and small. */
  static MvccSettings smallSettings(Path directory, Durability durability) {
    return MvccSettings.defaults(directory)
        .with(durability)
        .with(new OverlayLimits(64 << 10, 2_000, 4 << 20))
        .with(new Retention(1, Duration.ZERO))
        .with(new LogRetention(Duration.ZERO, 0));
  }

  /** A store without upkeep. */
  static TestManager open(Path directory, MvccSettings settings) {
    return new TestManager(openStore(directory, settings, Clock.systemUTC()), false);
  }

  /** A store without upkeep whose time the test moves. */
  static TestManager open(Path directory, MvccSettings settings, InstantSource clock) {
    return new TestManager(openStore(directory, settings, clock), false);
  }

  /** A store that is flushed and pruned without a pause. */
  static TestManager openWithUpkeep(Path directory, MvccSettings settings) {
    return new TestManager(openStore(directory, settings, Clock.systemUTC()), true);
  }

  static MvccStore openStore(Path directory, MvccSettings settings, InstantSource clock) {
    var engine = RocksDbStorageService.open(SimulatedStore.smallRocksDb(directory.resolve("db")));
    return MvccStore.open(engine, settings, clock, ID, MvccListener.NONE);
  }

  private void flushAndPrune() {
    try {
      while (!ended) {
        store.flush();
        store.prune(PruneRequest.scheduled(Duration.ofSeconds(1)));
      }
    } catch (StoreException e) {
      failure = ended ? null : e;
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  MvccStore store() {
    return store;
  }

  MvccTransactionManager manager() {
    return manager;
  }

  Transaction begin(Isolation isolation) {
    return manager.begin(TransactionOptions.DEFAULTS.with(isolation).with(Duration.ofMinutes(5)));
  }

  void put(Key key, String value) {
    put(manager, key, value);
  }

  static void put(MvccTransactionManager manager, Key key, String value) {
    var _ =
        manager.execute(
            TransactionOptions.DEFAULTS,
            view -> {
              view.put(key, Value.of(value));
              return "";
            });
  }

  @Nullable String get(Key key) {
    return manager
        .read(ReadPoint.LATEST, view -> Optional.ofNullable(text(view.get(key))))
        .orElse(null);
  }

  static @Nullable String text(@Nullable Entry entry) {
    return entry == null ? null : entry.value().utf8();
  }

  static long number(@Nullable Entry entry) {
    return Long.parseLong(Objects.requireNonNull(text(entry)));
  }

  @Override
  public void close() {
    ended = true;
    try {
      if (upkeep != null) {
        upkeep.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      manager.close();
    }
    if (failure != null) {
      throw new AssertionError("upkeep failed", failure);
    }
  }
}
