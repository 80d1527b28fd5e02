package io.varve.health;

import io.varve.jobs.WriteWatch;
import io.varve.jobs.WriteWatchStats;
import io.varve.model.StoreState;
import io.varve.txn.StoreSessions;
import io.varve.txn.WriteAdmission.Admitted;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether writes are taken. No part of readiness: a store that only reads is of more use than none,
 * and no restart makes room on a disk.
 */
public final class WritesHealthIndicator implements HealthIndicator {
  private final StoreSessions sessions;
  private final WriteWatch watch;

  /** Asks the store in use and the watch over its writes. */
  public WritesHealthIndicator(StoreSessions sessions, WriteWatch watch) {
    this.sessions = sessions;
    this.watch = watch;
  }

  @Override
  public Health health() {
    WriteWatchStats seen = watch.stats();
    StoreState state = sessions.state();
    boolean stuck = sessions.latest().transactions().isStuck();
    boolean up = state == StoreState.OPEN && seen.admitted() == Admitted.ALL && !stuck;
    Health.Builder health = up ? Health.up() : Health.down();
    health
        .withDetail("state", state.name())
        .withDetail("admitted", seen.admitted().name())
        .withDetail("alarm", seen.alarm())
        .withDetail("diskFreeBytes", seen.diskFreeBytes())
        .withDetail("reserveBytes", seen.reserveBytes());
    if (stuck) {
      health.withDetail("reason", "A write of the log hangs: look at the disk.");
    } else if (!sessions.stateReason().isEmpty()) {
      health.withDetail("reason", sessions.stateReason());
    }
    return health.build();
  }
}
