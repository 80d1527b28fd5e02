package io.varve.txn;

import io.varve.model.StoreId;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.storage.StorageService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.NullMarked;

/** Sessions as a service has them, for tests. */
@NullMarked
public final class TestSessions {
  /** Tries again at once. */
  private static final StoreSessions.ReopenSettings PAUSES =
      new StoreSessions.ReopenSettings(Duration.ofMillis(1), Duration.ofMillis(50));

  private TestSessions() {}

  /** Sessions over engines that {@code storage} opens, one after the other. */
  public static StoreSessions open(Supplier<StorageService> storage, MvccSettings settings) {
    return open(storage, settings, () -> true);
  }

  /** The same; a store that failed is opened again once {@code mayReopen} says so. */
  public static StoreSessions open(
      Supplier<StorageService> storage, MvccSettings settings, BooleanSupplier mayReopen) {
    return open(
        storage,
        settings,
        TransactionSettings.DEFAULTS,
        MvccListener.NONE,
        System::nanoTime,
        mayReopen);
  }

  /** The same, where a commit may take as long as {@code transactions} says. */
  public static StoreSessions open(
      Supplier<StorageService> storage, MvccSettings settings, TransactionSettings transactions) {
    return open(storage, settings, transactions, MvccListener.NONE, System::nanoTime, () -> true);
  }

  /** The same, with a clock of the test's own for leases and timeouts. */
  public static StoreSessions open(
      Supplier<StorageService> storage,
      MvccSettings settings,
      MvccListener listener,
      LongSupplier nanoTime) {
    return open(storage, settings, TransactionSettings.DEFAULTS, listener, nanoTime, () -> true);
  }

  private static StoreSessions open(
      Supplier<StorageService> storage,
      MvccSettings settings,
      TransactionSettings transactions,
      MvccListener listener,
      LongSupplier nanoTime,
      BooleanSupplier mayReopen) {
    return StoreSessions.open(
        (heard, before) ->
            MvccStore.open(
                storage.get(), settings, InstantSource.system(), StoreId.of(1), heard, before),
        store -> over(store, transactions, nanoTime),
        listener,
        PAUSES,
        mayReopen);
  }

  private static StoreSession over(
      MvccStore store, TransactionSettings transactions, LongSupplier nanoTime) {
    var manager = MvccTransactionManager.start(store, transactions, nanoTime);
    return new StoreSession(
        store,
        manager,
        new TransactionRegistry(
            store,
            manager,
            new RegistrySettings(
                Duration.ofMinutes(1), 1_000_000, Duration.ofHours(1), 10, Duration.ofSeconds(1)),
            new SplittableRandom(1),
            InstantSource.system()),
        new RequestOutcomes(store, Duration.ofSeconds(1)),
        new ReadLeases(store, Duration.ofSeconds(10), 10, nanoTime),
        store.secret(new byte[32]));
  }
}
