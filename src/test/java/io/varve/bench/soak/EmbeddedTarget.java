package io.varve.bench.soak;

import io.varve.jobs.FlushJob;
import io.varve.jobs.FlushSignal;
import io.varve.jobs.PruneJob;
import io.varve.model.Durability;
import io.varve.model.Retention;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.StoreId;
import io.varve.model.StoreStatus;
import io.varve.mvcc.LogRetention;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.OverlayLimits;
import io.varve.storage.StorageService;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.RegistrySettings;
import io.varve.txn.TransactionRegistry;
import io.varve.txn.TransactionSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store in this process, with all of its upkeep, which is closed and opened again at will. */
final class EmbeddedTarget implements SoakTarget {
  private static final int KEEP_VERSIONS = 10;
  private static final long MEBIBYTE = 1L << 20;
  private static final long FLUSH_MIN_BYTES = 64 << 10;
  private static final Duration PRUNE_BUDGET = Duration.ofSeconds(5);
  private static final int MAX_ENDED = 100_000;
  private static final long MAX_OPEN_BYTES = 128 * MEBIBYTE;

  private final Path directory;
  private final Durability durability;
  private final SoakPlan plan;
  private final SoakCheckpoints checkpoints;

  /** Guards what follows, which the restart changes; {@link #open} and {@link #epoch} are read. */
  private final Object lock = new Object();

  private volatile @Nullable Opened open;
  private volatile long epoch;
  private volatile UpkeepCounts closedUpkeep = UpkeepCounts.NONE;

  /** One life of the store. */
  private record Opened(
      MvccStore engine,
      MvccTransactionManager manager,
      EmbeddedStore store,
      EmbeddedUpkeep upkeep) {}

  private EmbeddedTarget(Path directory, Durability durability, SoakPlan plan) {
    this.directory = directory;
    this.durability = durability;
    this.plan = plan;
    this.checkpoints = new EmbeddedCheckpoints(directory, () -> opened().engine());
  }

  /** Opens the store in {@code directory}, which is made if it is not there. */
  static EmbeddedTarget open(Path directory, Durability durability, SoakPlan plan) {
    EmbeddedTarget target = new EmbeddedTarget(directory, durability, plan);
    target.open = target.openStore();
    return target;
  }

  private Opened openStore() {
    FlushSignal signal = new FlushSignal();
    StorageService storage =
        RocksDbStorageService.open(RocksDbSettings.defaults(directory.resolve("db")));
    MvccStore store =
        MvccStore.open(
            storage,
            settings(),
            InstantSource.system(),
            StoreId.of(new SecureRandom().nextLong()),
            signal);
    MvccTransactionManager manager =
        MvccTransactionManager.start(store, TransactionSettings.DEFAULTS, System::nanoTime);
    TransactionRegistry registry =
        new TransactionRegistry(
            store,
            manager,
            new RegistrySettings(
                Duration.ofMinutes(5),
                MAX_OPEN_BYTES,
                plan.outcomes(),
                MAX_ENDED,
                TransactionSettings.DEFAULTS.commitTimeout()),
            new SecureRandom(),
            InstantSource.system());
    EmbeddedUpkeep upkeep =
        EmbeddedUpkeep.start(
            plan,
            new FlushJob(() -> store, FLUSH_MIN_BYTES),
            new PruneJob(() -> store, PRUNE_BUDGET),
            () -> registry.expireOverdue() + manager.expireOverdue() + store.expireOutcomes(),
            signal);
    return new Opened(store, manager, new EmbeddedStore(manager, registry), upkeep);
  }

  /** Those of the service, but for how long the past is kept, and a flush comes sooner. */
  private MvccSettings settings() {
    return MvccSettings.defaults(directory)
        .with(durability)
        .with(new OverlayLimits(16 * MEBIBYTE, 1_000_000, 256 * MEBIBYTE))
        .with(new Retention(KEEP_VERSIONS, plan.keepAge()))
        .with(new LogRetention(plan.logAge(), 256 * MEBIBYTE));
  }

  @Override
  public String describe() {
    return "an embedded store, " + durability;
  }

  @Override
  public SoakStore store() {
    return opened().store();
  }

  private Opened opened() {
    Opened now = open;
    if (now == null) {
      throw StoreErrors.shuttingDown();
    }
    return now;
  }

  @Override
  public Trouble explain(RuntimeException failure) {
    if (failure instanceof StoreException ours) {
      boolean inDoubt = "unknown".equals(ours.context().get("outcome"));
      return new Trouble(ours.code().name(), inDoubt, ours.toString());
    }
    return new Trouble(failure.getClass().getSimpleName(), true, failure.toString());
  }

  @Override
  public Promise promise() {
    return new Promise(KEEP_VERSIONS, plan.keepAge());
  }

  @Override
  public Figures figures() {
    Opened now = open;
    StoreStatus status = now == null ? null : statusOf(now);
    return new Figures(
        ProcessFigures.heapUsedBytes(),
        ProcessFigures.residentBytes(),
        ProcessFigures.fileDescriptors(),
        status == null ? null : (Long) status.openHandles(),
        status == null ? null : (Long) status.sstBytes(),
        status == null ? null : (Long) status.visible().value());
  }

  private static @Nullable StoreStatus statusOf(Opened now) {
    try {
      return now.manager().status();
    } catch (StoreException _) {
      return null; // it is being closed
    }
  }

  @Override
  public UpkeepCounts upkeep() {
    synchronized (lock) {
      Opened now = open;
      return now == null ? closedUpkeep : closedUpkeep.plus(now.upkeep().counts());
    }
  }

  @Override
  public Optional<SoakCheckpoints> checkpoints() {
    return Optional.of(checkpoints);
  }

  @Override
  public Optional<Runnable> restart() {
    return Optional.of(this::closeAndOpen);
  }

  private void closeAndOpen() {
    nextEpoch();
    closeStore();
    Opened again = openStore();
    synchronized (lock) {
      open = again;
    }
    nextEpoch();
  }

  private void nextEpoch() {
    synchronized (lock) {
      epoch = epoch + 1;
      lock.notifyAll();
    }
  }

  /** Upkeep ends first, as in the service; the workers go on until they are refused. */
  private void closeStore() {
    Opened closing = opened();
    closing.upkeep().close();
    try {
      closing.manager().close();
    } finally {
      synchronized (lock) {
        open = null;
        closedUpkeep = closedUpkeep.plus(closing.upkeep().counts());
      }
    }
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public void awaitOpen() throws InterruptedException {
    synchronized (lock) {
      while (epoch % 2 != 0) {
        lock.wait();
      }
    }
  }

  @Override
  public void close() {
    nextEpoch();
    if (open != null) {
      closeStore();
    }
  }
}
