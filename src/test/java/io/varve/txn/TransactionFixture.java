package io.varve.txn;

import io.varve.model.Durability;
import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.Retention;
import io.varve.model.StoreId;
import io.varve.model.Value;
import io.varve.mvcc.LogRetention;
import io.varve.mvcc.ManualClock;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.OverlayLimits;
import io.varve.storage.InMemoryStorageService;
import io.varve.storage.StorageService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A store in the heap with transactions over it; time stands still. */
@NullMarked
final class TransactionFixture implements AutoCloseable {
  static final Duration LONG = Duration.ofMinutes(5);

  static final TransactionSettings SETTINGS =
      new TransactionSettings(
          new TransactionLimits(16, 64, 20, 256, 3),
          4,
          LONG,
          Duration.ofMillis(20),
          LONG,
          AdaptiveBatchSettings.DEFAULTS);

  final AtomicLong nanos = new AtomicLong();
  final MvccStore store;
  final MvccTransactionManager manager;

  TransactionFixture(Path directory, Durability durability) {
    this(InMemoryStorageService.create(), settings(directory, durability), SETTINGS);
  }

  TransactionFixture(
      StorageService storage, MvccSettings mvccSettings, TransactionSettings settings) {
    store = store(storage, mvccSettings);
    manager = MvccTransactionManager.start(store, settings, nanos::get);
  }

  static MvccStore store(StorageService storage, MvccSettings settings) {
    return MvccStore.open(
        storage, settings, new ManualClock(1_700_000_000_000L), StoreId.of(1), MvccListener.NONE);
  }

  static MvccSettings settings(Path directory, Durability durability) {
    return new MvccSettings(
        directory,
        durability,
        new OverlayLimits(1 << 20, 1_000_000, 4 << 20),
        1 << 20,
        new Retention(1_000, Duration.ofDays(1)),
        new LogRetention(Duration.ofDays(1), 1 << 30),
        false,
        16);
  }

  static TransactionOptions options(Isolation isolation) {
    return TransactionOptions.DEFAULTS.with(isolation);
  }

  Transaction begin() {
    return manager.begin(TransactionOptions.DEFAULTS);
  }

  /** Commits in a transaction of its own; its revision. */
  long put(String key, String value) {
    return manager
        .execute(
            TransactionOptions.DEFAULTS.labelled("writer of " + key),
            view -> {
              view.put(Key.of(key), Value.of(value));
              return true;
            })
        .revision()
        .value();
  }

  long delete(String key) {
    return manager
        .execute(
            TransactionOptions.DEFAULTS,
            view -> {
              view.delete(Key.of(key));
              return true;
            })
        .revision()
        .value();
  }

  /** The newest visible value. */
  @Nullable String get(String key) {
    return manager
        .read(ReadPoint.LATEST, view -> Optional.ofNullable(text(view.get(Key.of(key)))))
        .orElse(null);
  }

  static @Nullable String text(@Nullable Entry entry) {
    return entry == null ? null : entry.value().utf8();
  }

  @Override
  public void close() {
    manager.close();
  }
}
