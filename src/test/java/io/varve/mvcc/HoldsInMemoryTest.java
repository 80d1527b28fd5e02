package io.varve.mvcc;

import io.varve.storage.InMemoryStorageService;
import io.varve.storage.StorageService;

/** Tests for {@link Holds} over {@link InMemoryStorageService}. */
final class HoldsInMemoryTest extends HoldsContract {
  private final InMemoryStorageService.State state = new InMemoryStorageService.State();

  @Override
  StorageService openStorage() {
    return InMemoryStorageService.over(state);
  }

  @Override
  void crash(StorageService abandoned) {
    // It is simply forgotten.
  }
}
