package io.varve.mvcc;

import io.varve.storage.InMemoryStorageService;
import io.varve.storage.StorageService;

/** Tests for {@link OutcomeTable} over {@link InMemoryStorageService}. */
final class OutcomeTableInMemoryTest extends OutcomeTableContract {
  private InMemoryStorageService.State state = new InMemoryStorageService.State();

  @Override
  StorageService openStorage() {
    return InMemoryStorageService.over(state);
  }

  @Override
  void crash(StorageService abandoned) {
    // It is simply forgotten.
  }

  @Override
  void powerFailure(StorageService abandoned) {
    state.loseUnsynced();
  }

  @Override
  boolean losesUnsynced() {
    return true;
  }

  @Override
  void wipe() {
    state = new InMemoryStorageService.State();
  }
}
