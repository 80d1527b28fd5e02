package io.varve.checkpoint;

import io.varve.storage.StorageService;
import java.nio.file.Path;

/** Opens databases of the storage engine beside the store. */
public interface CheckpointEngine {
  /** Opens a database without changing a byte of it; the engine's text log goes elsewhere. */
  StorageService openReadOnly(Path database, Path infoLogDirectory);

  /** Opens a database as the store is opened. */
  StorageService open(Path database);

  /**
   * Keeps a database that is closed from being opened, until the result is closed. Throws {@code
   * STORE_LOCKED} where it is open elsewhere.
   */
  Lock lock(Path database);

  /** What {@link #lock} took. */
  interface Lock extends AutoCloseable {
    @Override
    void close();
  }

  /** The version of the engine. */
  String version();
}
