package io.varve.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.mvcc.MvccSettings;
import io.varve.storage.InMemoryStorageService;
import io.varve.txn.StoreSessions;
import io.varve.txn.TestSessions;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** Tests for {@link StorageHealthIndicator}. */
final class StorageHealthIndicatorTest {
  @TempDir private Path directory;

  @Test
  void health_followsTheStore() {
    StoreSessions sessions =
        TestSessions.open(
            InMemoryStorageService::create, MvccSettings.defaults(directory), () -> false);
    StorageHealthIndicator indicator = new StorageHealthIndicator(sessions, Duration.ofSeconds(30));
    try (sessions) {
      assertThat(indicator.health()).isEqualTo(Health.up().withDetail("state", "OPEN").build());

      sessions.store().commits().becomeReadOnly("The disk is odd.", new IllegalStateException());
      Health readOnly = indicator.health();
      assertThat(readOnly.getStatus()).as("it still reads").isEqualTo(Status.UP);
      assertThat(readOnly.getDetails())
          .containsEntry("state", "READ_ONLY")
          .containsEntry("reason", "The disk is odd.");
    }
    assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
  }
}
