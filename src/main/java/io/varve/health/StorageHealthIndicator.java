package io.varve.health;

import io.varve.model.Key;
import io.varve.model.StoreException;
import io.varve.model.StoreStatus;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.ReadPoint;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether the store can be read. One that refuses writes is still up: restarting it or taking it
 * out of service would only take the reads away as well.
 */
public final class StorageHealthIndicator implements HealthIndicator {
  private static final Key PROBE = Key.of("health");

  private final MvccTransactionManager transactions;

  /** Asks the store of {@code transactions}. */
  public StorageHealthIndicator(MvccTransactionManager transactions) {
    this.transactions = transactions;
  }

  @Override
  public Health health() {
    try {
      var _ = transactions.read(ReadPoint.LATEST, view -> view.get(PROBE) != null);
      StoreStatus status = transactions.status();
      Health.Builder up = Health.up().withDetail("state", status.state().name());
      if (!status.stateReason().isEmpty()) {
        up.withDetail("reason", status.stateReason());
      }
      return up.build();
    } catch (StoreException e) {
      return Health.down().withDetail("code", e.code().name()).build();
    }
  }
}
