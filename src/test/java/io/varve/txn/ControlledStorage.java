package io.varve.txn;

import io.varve.model.StoreErrors;
import io.varve.storage.ColumnFamily;
import io.varve.storage.ForwardingStorageService;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageRow;
import io.varve.storage.StorageService;
import io.varve.storage.WriteSync;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A storage whose calls a test can hold up or let fail; it also notes what was logged. */
final class ControlledStorage extends ForwardingStorageService {
  /** Holds one call up: it enters, and stays inside until it is released. */
  static final class Hold {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /** Returns once the call is inside. */
    void awaitEntered() throws InterruptedException {
      entered.await();
    }

    void release() {
      released.countDown();
    }

    private void pass() {
      entered.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new AssertionError("a held call was interrupted", e);
      }
    }
  }

  private final AtomicReference<@Nullable Hold> logHold = new AtomicReference<>();
  private final AtomicReference<@Nullable Hold> readHold = new AtomicReference<>();
  private final List<List<Long>> logged = new CopyOnWriteArrayList<>();
  private volatile @Nullable Thread lastLogWriter;
  private volatile boolean logFails;
  private volatile boolean metaFailsOnce;
  private volatile boolean syncFails;

  ControlledStorage(StorageService storage) {
    super(storage);
  }

  /** Holds up the next write of log records, before it takes effect. */
  Hold holdNextLogWrite() {
    return arm(logHold);
  }

  /** Holds up the next read of a single row, after it has read. */
  Hold holdNextRead() {
    return arm(readHold);
  }

  private static Hold arm(AtomicReference<@Nullable Hold> place) {
    Hold hold = new Hold();
    place.set(hold);
    return hold;
  }

  private static void pass(AtomicReference<@Nullable Hold> place) {
    Hold hold = place.getAndSet(null);
    if (hold != null) {
      hold.pass();
    }
  }

  /** Lets every write of log records fail from now on, before it takes effect. */
  void failLogWrites() {
    logFails = true;
  }

  /** Lets the next write of metadata fail, before it takes effect. */
  void failNextMetaWrite() {
    metaFailsOnce = true;
  }

  /** Lets every sync of the log fail from now on. */
  void failSyncs() {
    syncFails = true;
  }

  /** The failures are over, as those of a real disk sometimes are. */
  void heal() {
    logFails = false;
    syncFails = false;
  }

  /** The revisions of each write of log records that took effect, a list for each write. */
  List<List<Long>> logged() {
    return logged;
  }

  /** Who made the last write of log records, or null if there was none. */
  @Nullable Thread lastLogWriter() {
    return lastLogWriter;
  }

  @Override
  public void write(StorageBatch batch, WriteSync sync) {
    List<Long> revisions = new ArrayList<>();
    for (StorageBatch.Mutation mutation : batch.mutations()) {
      if (mutation.family() == ColumnFamily.LOG) {
        revisions.add(ByteBuffer.wrap(mutation.key()).getLong());
      }
    }
    if (revisions.isEmpty()) {
      writeMeta(batch, sync);
    } else {
      pass(logHold);
      if (logFails) {
        throw StoreErrors.io("write the log", "the disk is gone", null);
      }
      lastLogWriter = Thread.currentThread();
      super.write(batch, sync);
      logged.add(revisions);
    }
  }

  private void writeMeta(StorageBatch batch, WriteSync sync) {
    if (metaFailsOnce) {
      metaFailsOnce = false;
      throw StoreErrors.io("write metadata", "the disk is gone", null);
    }
    super.write(batch, sync);
  }

  @Override
  public void syncWal() {
    if (syncFails) {
      throw StoreErrors.io("sync the log", "the disk is gone", null);
    }
    super.syncWal();
  }

  @Override
  public @Nullable StorageRow first(ColumnFamily family, byte[] from, byte[] to) {
    StorageRow row = super.first(family, from, to);
    pass(readHold);
    return row;
  }

  @Override
  public StorageIterator iterate(ColumnFamily family) {
    StorageIterator cursor = super.iterate(family);
    pass(readHold);
    return cursor;
  }
}
