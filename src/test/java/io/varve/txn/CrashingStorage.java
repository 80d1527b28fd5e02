package io.varve.txn;

import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.storage.ColumnFamily;
import io.varve.storage.SortedIngest;
import io.varve.storage.SortedRows;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageRow;
import io.varve.storage.StorageService;
import io.varve.storage.StorageStats;
import io.varve.storage.WriteSync;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A storage that a test can crash in the middle of whatever runs: just before or just after one of
 * its changes. From then on every call fails, as after the end of the process. Thread-safe.
 */
final class CrashingStorage implements StorageService {
  private final StorageService inner;
  private final boolean closesAfterCrash;
  private final Runnable atCrash;

  private int changesLeft;
  private boolean appliesLast;
  private volatile boolean crashed;

  /**
   * @param inner what is crashed
   * @param closesAfterCrash whether {@link #close} closes {@code inner} even after a crash
   * @param atCrash keeps what the crash leaves; called at the moment of the crash
   */
  CrashingStorage(StorageService inner, boolean closesAfterCrash, Runnable atCrash) {
    this.inner = inner;
    this.closesAfterCrash = closesAfterCrash;
    this.atCrash = atCrash;
  }

  /** Crashes at the n-th change from now on, with or without that one done; 0 calls it off. */
  synchronized void crashAt(int change, boolean applied) {
    changesLeft = change;
    appliesLast = applied;
  }

  /** Crashes now. */
  synchronized void crash() {
    crashed = true;
    atCrash.run();
  }

  boolean hasCrashed() {
    return crashed;
  }

  private synchronized void change(Runnable change) {
    requireAlive();
    boolean last = changesLeft > 0 && --changesLeft == 0;
    if (!last || appliesLast) {
      change.run();
    }
    if (last) {
      crash();
      throw dead();
    }
  }

  private void requireAlive() {
    if (crashed) {
      throw dead();
    }
  }

  private static StoreException dead() {
    return StoreErrors.unavailable("The process has ended.");
  }

  @Override
  public void write(StorageBatch batch, WriteSync sync) {
    change(() -> inner.write(batch, sync));
  }

  @Override
  public void syncWal() {
    change(inner::syncWal);
  }

  @Override
  public void deleteRange(ColumnFamily family, byte[] from, byte[] to) {
    change(() -> inner.deleteRange(family, from, to));
  }

  @Override
  public void flush(ColumnFamily family) {
    change(() -> inner.flush(family));
  }

  @Override
  public void compact(ColumnFamily family) {
    change(() -> inner.compact(family));
  }

  @Override
  public SortedIngest ingest(ColumnFamily family) {
    requireAlive();
    return new CrashingIngest(inner.ingest(family));
  }

  @Override
  public byte @Nullable [] get(ColumnFamily family, byte[] key) {
    requireAlive();
    return inner.get(family, key);
  }

  @Override
  public @Nullable StorageRow first(ColumnFamily family, byte[] from, byte[] to) {
    requireAlive();
    return inner.first(family, from, to);
  }

  @Override
  public StorageIterator iterate(ColumnFamily family) {
    requireAlive();
    return inner.iterate(family);
  }

  @Override
  public List<byte[]> sampleKeys(ColumnFamily family) {
    requireAlive();
    return inner.sampleKeys(family);
  }

  /** Changes nothing of what is stored. */
  @Override
  public void checkpoint(Path directory) {
    requireAlive();
    inner.checkpoint(directory);
  }

  @Override
  public StorageStats stats() {
    requireAlive();
    return inner.stats();
  }

  @Override
  public void close() {
    if (!crashed || closesAfterCrash) {
      inner.close();
    }
  }

  private final class CrashingIngest implements SortedIngest {
    private final SortedIngest files;

    CrashingIngest(SortedIngest files) {
      this.files = files;
    }

    @Override
    public void put(byte[] key, byte[] value) {
      files.put(key, value);
    }

    @Override
    public void delete(byte[] key) {
      files.delete(key);
    }

    @Override
    public long bytes() {
      return files.bytes();
    }

    @Override
    public SortedRows rest() {
      return files.rest();
    }

    @Override
    public void commit() {
      change(files::commit);
    }

    @Override
    public void close() {
      files.close();
    }
  }
}
