package io.varve.mvcc;

import io.varve.storage.StorageService;
import io.varve.storage.rocksdb.NoLeaks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests for {@link Holds} over RocksDB. */
@ExtendWith(NoLeaks.class)
final class HoldsRocksDbTest extends HoldsContract {
  private RocksDbLives lives;

  @BeforeEach
  void begin() {
    lives = new RocksDbLives(directory);
  }

  @Override
  StorageService openStorage() {
    return lives.open();
  }

  @Override
  void crash(StorageService abandoned) {
    lives.crash(abandoned);
  }
}
