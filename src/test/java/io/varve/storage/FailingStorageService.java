package io.varve.storage;

import io.varve.model.StoreErrors;
import org.jspecify.annotations.NullMarked;

/**
 * Fails one call that changes something: the n-th from {@link #failAt} on. Either the call has no
 * effect, or it has and says that it failed.
 */
@NullMarked
public final class FailingStorageService extends ForwardingStorageService {
  private boolean afterEffect;
  private long callsLeft = -1;
  private boolean failed;

  /** Fails nothing until told to. */
  public FailingStorageService(StorageService delegate) {
    super(delegate);
  }

  /** Fails the {@code call}-th call from now, 1 being the next. */
  public synchronized void failAt(long call, boolean afterItsEffect) {
    callsLeft = call;
    afterEffect = afterItsEffect;
    failed = false;
  }

  /** Whether the call that was to fail has been made. */
  public synchronized boolean hasFailed() {
    return failed;
  }

  @Override
  public void write(StorageBatch batch, WriteSync sync) {
    run(() -> super.write(batch, sync));
  }

  @Override
  public void syncWal() {
    run(super::syncWal);
  }

  @Override
  public void deleteRange(ColumnFamily family, byte[] from, byte[] to) {
    run(() -> super.deleteRange(family, from, to));
  }

  @Override
  public SortedIngest ingest(ColumnFamily family) {
    SortedIngest ingest = super.ingest(family);
    return new SortedIngest() {
      @Override
      public void put(byte[] key, byte[] value) {
        ingest.put(key, value);
      }

      @Override
      public void delete(byte[] key) {
        ingest.delete(key);
      }

      @Override
      public long bytes() {
        return ingest.bytes();
      }

      @Override
      public SortedRows rest() {
        return ingest.rest();
      }

      @Override
      public void commit() {
        run(ingest::commit);
      }

      @Override
      public void close() {
        ingest.close();
      }
    };
  }

  private void run(Runnable call) {
    boolean fails = isTheOne();
    if (fails && !afterEffect) {
      throw StoreErrors.io("write", "the test says so", null);
    }
    call.run();
    if (fails) {
      throw StoreErrors.io("write", "the test says so, although it was done", null);
    }
  }

  private synchronized boolean isTheOne() {
    if (callsLeft <= 0 || --callsLeft > 0) {
      return false;
    }
    failed = true;
    return true;
  }
}
