package io.varve.storage;

import io.varve.model.StoreErrors;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.NullMarked;

/**
 * Lets writes of the log through a gate, which a test can shut, and counts the records in each. Can
 * be told to fail them.
 */
@NullMarked
public final class GatedStorageService extends ForwardingStorageService {
  private static final int MANY = 1_000_000;

  private final Semaphore gate = new Semaphore(MANY);
  private final Semaphore arrived = new Semaphore(0);
  private final List<Integer> groups = new CopyOnWriteArrayList<>();
  private volatile boolean failing;
  private volatile boolean failingSync;
  private volatile boolean failedInBackground;

  /** The gate is open at first. */
  public GatedStorageService(StorageService delegate) {
    super(delegate);
  }

  /** The next write of the log stops at the gate. */
  public void shut() {
    gate.drainPermits();
    arrived.drainPermits();
  }

  /** Waits until a write of the log stands at the shut gate. */
  public void awaitArrival() throws InterruptedException {
    arrived.acquire();
  }

  /** Lets everything through. */
  public void open() {
    gate.release(MANY);
  }

  /** From now on writes of the log fail. */
  public void fail() {
    failing = true;
  }

  /** From now on syncs fail. */
  public void failSync() {
    failingSync = true;
  }

  /** From now on it tells of an error in its background work. */
  public void failInBackground() {
    failedInBackground = true;
  }

  @Override
  public StorageStats stats() {
    StorageStats stats = super.stats();
    return new StorageStats(
        stats.estimatedVersions(),
        stats.liveSstBytes(),
        stats.totalSstBytes(),
        stats.memtableBytes(),
        stats.level0Files(),
        stats.pendingCompactionBytes(),
        stats.compactionMs(),
        stats.blockCacheBytes(),
        stats.blockCachePinnedBytes(),
        stats.blockCacheCapacityBytes(),
        stats.tableReaderBytes(),
        stats.liveVersions(),
        stats.runningCompactions(),
        failedInBackground ? 1 : stats.backgroundErrors(),
        stats.writesStopped(),
        stats.diskFreeBytes(),
        stats.openHandles(),
        stats.tickers());
  }

  /** How many records each write of the log had. */
  public List<Integer> groups() {
    return List.copyOf(groups);
  }

  @Override
  public void write(StorageBatch batch, WriteSync sync) {
    int records =
        (int) batch.mutations().stream().filter(m -> m.family() == ColumnFamily.LOG).count();
    if (records > 0) {
      arrived.release();
      gate.acquireUninterruptibly();
      gate.release();
      groups.add(records);
      if (failing) {
        throw StoreErrors.io("write", "the test says so", null);
      }
    }
    super.write(batch, sync);
  }

  @Override
  public void syncWal() {
    if (failingSync) {
      throw StoreErrors.io("sync", "the test says so", null);
    }
    super.syncWal();
  }
}
