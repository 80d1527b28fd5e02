package io.varve.bench.soak;

import io.varve.checkpoint.CheckpointEngine;
import io.varve.checkpoint.CheckpointOrigin;
import io.varve.checkpoint.CheckpointService;
import io.varve.checkpoint.CheckpointSettings;
import io.varve.checkpoint.CheckpointVerification;
import io.varve.model.StoreErrors;
import io.varve.model.StoreId;
import io.varve.mvcc.MvccStore;
import io.varve.storage.StorageService;
import io.varve.storage.rocksdb.RocksDbLock;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Supplier;

/** Checkpoints of a store in this process. */
final class EmbeddedCheckpoints implements SoakCheckpoints {
  private static final long CACHE_BYTES = 8L << 20;

  private final CheckpointService service;

  /** Of the store in use, in {@code directory}. */
  EmbeddedCheckpoints(Path directory, Supplier<MvccStore> store) {
    SecureRandom random = new SecureRandom();
    this.service =
        new CheckpointService(
            store,
            new CheckpointSettings(directory, directory.resolve("checkpoints"), "soak"),
            new Engine(RocksDbSettings.defaults(directory).withBlockCacheBytes(CACHE_BYTES)),
            InstantSource.system(),
            () -> StoreId.of(random.nextLong()));
  }

  @Override
  public String create() {
    return service.create(CheckpointOrigin.MANUAL).id();
  }

  @Override
  public boolean verify(String id) {
    CheckpointVerification found = service.verify(id);
    if (!found.ok()) {
      throw StoreErrors.checkpointDamaged(id, String.join(" ", found.problems()));
    }
    return true;
  }

  @Override
  public void delete(String id) {
    service.delete(id);
  }

  private record Engine(RocksDbSettings settings) implements CheckpointEngine {
    @Override
    public StorageService openReadOnly(Path database, Path infoLogDirectory) {
      return RocksDbStorageService.openReadOnly(settings.withDirectory(database), infoLogDirectory);
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
}
