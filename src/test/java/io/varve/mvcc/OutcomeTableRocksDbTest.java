package io.varve.mvcc;

import io.varve.storage.StorageService;
import io.varve.storage.rocksdb.NoLeaks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests for {@link OutcomeTable} over RocksDB. */
@ExtendWith(NoLeaks.class)
final class OutcomeTableRocksDbTest extends OutcomeTableContract {
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

  @Override
  void powerFailure(StorageService abandoned) {
    lives.crash(abandoned);
  }

  @Override
  boolean losesUnsynced() {
    return false;
  }

  @Override
  void wipe() {
    lives.wipe();
  }
}
