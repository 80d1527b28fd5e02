package io.varve.mvcc;

import io.varve.model.Durability;
import io.varve.model.StoreId;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageService;
import io.varve.storage.WriteSync;
import java.util.List;

/** Writes log records and keeps account of how far they are durable. */
final class CommitLog {
  private final StorageService storage;
  private final Durability durability;
  private final Visibility visibility;
  private final SyncedFile syncedFile;
  private final StoreId storeId;
  private final MvccListener listener;

  /** What this run wrote to the side file, -1 if nothing. Written by one thread at a time. */
  private volatile long syncedInFile = -1;

  CommitLog(
      StorageService storage,
      Durability durability,
      Visibility visibility,
      SyncedFile syncedFile,
      StoreId storeId,
      MvccListener listener) {
    this.storage = storage;
    this.durability = durability;
    this.visibility = visibility;
    this.syncedFile = syncedFile;
    this.storeId = storeId;
    this.listener = listener;
  }

  /** Writes the records of commits that follow each other; one thread at a time. */
  void append(List<Commit> commits) {
    StorageBatch records = new StorageBatch();
    for (Commit commit : commits) {
      byte[] key = LogRecordCodec.key(commit.revision());
      records.put(ColumnFamily.LOG, key, LogRecordCodec.encode(commit));
    }
    if (durability == Durability.SYNC_ON_COMMIT) {
      long started = System.nanoTime();
      storage.write(records, WriteSync.SYNCED);
      long took = System.nanoTime() - started;
      visibility.markDurable(commits.getLast().revision());
      listener.logSynced(took);
    } else {
      storage.write(records, WriteSync.LOGGED);
    }
  }

  /** Puts the log on stable storage, if there is one. */
  void sync() {
    if (durability.usesLog()) {
      long logged = visibility.visible();
      long started = System.nanoTime();
      storage.syncWal();
      long took = System.nanoTime() - started;
      visibility.markDurable(logged);
      listener.logSynced(took);
    }
  }

  /** The revision that the side file names. */
  long readSynced() {
    return syncedFile.read(storeId);
  }

  /** Brings the side file up to the durable revision. */
  void noteSynced() {
    long durable = visibility.durable();
    if (durable > syncedInFile) {
      syncedFile.write(storeId, durable);
      syncedInFile = durable;
    }
  }
}
