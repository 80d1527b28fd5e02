package io.varve.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.StoreId;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.storage.InMemoryStorageService;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.TransactionSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** Tests for {@link StorageHealthIndicator}. */
final class StorageHealthIndicatorTest {
  @TempDir private Path directory;

  @Test
  void health_followsTheStore() {
    MvccStore store =
        MvccStore.open(
            InMemoryStorageService.create(),
            MvccSettings.defaults(directory),
            InstantSource.system(),
            StoreId.of(1),
            MvccListener.NONE);
    StorageHealthIndicator indicator;
    try (var transactions =
        MvccTransactionManager.start(store, TransactionSettings.DEFAULTS, System::nanoTime)) {
      indicator = new StorageHealthIndicator(transactions);
      assertThat(indicator.health()).isEqualTo(Health.up().withDetail("state", "OPEN").build());

      store.commits().becomeReadOnly("The disk is odd.", new IllegalStateException());
      Health readOnly = indicator.health();
      assertThat(readOnly.getStatus()).as("it still reads").isEqualTo(Status.UP);
      assertThat(readOnly.getDetails())
          .containsEntry("state", "READ_ONLY")
          .containsEntry("reason", "The disk is odd.");
    }
    assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
  }
}
