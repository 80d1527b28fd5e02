package io.varve.checkpoint;

import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.mvcc.RestoredStore;
import io.varve.mvcc.StateDigest;
import io.varve.storage.StorageService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** Reads databases without changing a byte of them. */
final class CheckpointContent {
  private final CheckpointEngine engine;

  CheckpointContent(CheckpointEngine engine) {
    this.engine = engine;
  }

  /** The state at {@code revision}, in short; see {@link StateDigest#of} for what it throws. */
  StateDigest digest(Path database, Revision revision) {
    return reading(database, storage -> StateDigest.of(storage, revision));
  }

  /** The highest revision that the store in {@code database} may have given out. */
  long handedOut(Path database) {
    return reading(database, RestoredStore::handedOut);
  }

  private <T> T reading(Path database, Function<StorageService, T> work) {
    Path infoLogs = newTemporaryDirectory();
    try (StorageService storage = engine.openReadOnly(database, infoLogs)) {
      return work.apply(storage);
    } finally {
      Disk.REAL.deleteTreeQuietly(infoLogs);
    }
  }

  private static Path newTemporaryDirectory() {
    try {
      return Files.createTempDirectory("varve-checkpoint-");
    } catch (IOException e) {
      throw StoreErrors.io("make a temporary directory", e.toString(), e);
    }
  }
}
