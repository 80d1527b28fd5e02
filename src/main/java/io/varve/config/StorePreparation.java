package io.varve.config;

import io.varve.checkpoint.CheckpointService;
import io.varve.storage.rocksdb.RocksDbLock;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a start does before it opens the store: ends what a crash cut short, and restores. */
final class StorePreparation {
  private final Path database;
  private final CheckpointService checkpoints;
  private final @Nullable String checkpointToRestore;

  StorePreparation(
      Path database, CheckpointService checkpoints, @Nullable String checkpointToRestore) {
    this.database = database;
    this.checkpoints = checkpoints;
    this.checkpointToRestore = checkpointToRestore;
  }

  /** Throws {@code STORE_LOCKED} where the store is open elsewhere. */
  void run() {
    try (RocksDbLock _ = RocksDbLock.take(database)) {
      checkpoints.clearUnfinished();
      if (checkpointToRestore != null) {
        checkpoints.restoreAtStart(checkpointToRestore);
      }
    }
  }
}
