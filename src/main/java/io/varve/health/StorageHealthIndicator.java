package io.varve.health;

import io.varve.model.Key;
import io.varve.model.StoreException;
import io.varve.txn.ReadPoint;
import io.varve.txn.StoreSessions;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether the store can be read. One that refuses writes is still up: restarting it or taking it
 * out of service would only take the reads away as well.
 */
public final class StorageHealthIndicator implements HealthIndicator {
  private static final Key PROBE = Key.of("health");

  private final StoreSessions sessions;

  /** Asks the store in use. */
  public StorageHealthIndicator(StoreSessions sessions) {
    this.sessions = sessions;
  }

  @Override
  public Health health() {
    try {
      var _ = sessions.transactions().read(ReadPoint.LATEST, view -> view.get(PROBE) != null);
      return withState(Health.up()).build();
    } catch (StoreException e) {
      return withState(Health.down()).withDetail("code", e.code().name()).build();
    }
  }

  private Health.Builder withState(Health.Builder health) {
    health.withDetail("state", sessions.state().name());
    String reason = sessions.stateReason();
    return reason.isEmpty() ? health : health.withDetail("reason", reason);
  }
}
