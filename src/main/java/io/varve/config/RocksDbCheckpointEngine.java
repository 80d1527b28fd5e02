package io.varve.config;

import io.varve.checkpoint.CheckpointEngine;
import io.varve.storage.StorageService;
import io.varve.storage.rocksdb.RocksDbLock;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import java.nio.file.Path;

/** Opens checkpoints as the store is opened, but with a small cache: each is read once. */
final class RocksDbCheckpointEngine implements CheckpointEngine {
  private static final long CACHE_BYTES = 8L << 20;

  private final RocksDbSettings settings;

  RocksDbCheckpointEngine(RocksDbSettings store) {
    this.settings = store.withBlockCacheBytes(CACHE_BYTES);
  }

  @Override
  public StorageService openReadOnly(Path database, Path infoLogDirectory) {
    return RocksDbStorageService.openReadOnly(
        settings.withDirectory(database).withVerifyChecksums(true), infoLogDirectory);
  }

  @Override
  public StorageService open(Path database) {
    return RocksDbStorageService.open(settings.withDirectory(database));
  }

  @Override
  public Lock lock(Path database) {
    return RocksDbLock.take(database)::close;
  }

  @Override
  public String version() {
    return RocksDbStorageService.engineVersion();
  }
}
