package io.varve.health;

import io.varve.model.Key;
import io.varve.model.StoreException;
import io.varve.txn.ReadPoint;
import io.varve.txn.StoreSessions;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether the store can be read. One that refuses writes is still up: restarting it or taking it
 * out of service would only take the reads away as well.
 *
 * <p>A probe that hangs, since the disk does, holds one thread, however often it is asked for.
 */
public final class StorageHealthIndicator implements HealthIndicator {
  private static final Key PROBE = Key.of("health");

  private final StoreSessions sessions;
  private final Duration patience;
  private final AtomicReference<@Nullable FutureTask<@Nullable StoreException>> probe =
      new AtomicReference<>();

  /**
   * Asks the store in use.
   *
   * @param patience how long a read may take
   */
  public StorageHealthIndicator(StoreSessions sessions, Duration patience) {
    this.sessions = sessions;
    this.patience = patience;
  }

  @Override
  public Health health() {
    try {
      StoreException failure = begin().get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return failure == null
          ? withState(Health.up()).build()
          : withState(Health.down()).withDetail("code", failure.code().name()).build();
    } catch (TimeoutException _) {
      return Health.down()
          .withDetail("state", sessions.state().name())
          .withDetail("reason", "A read takes longer than " + patience + ": look at the disk.")
          .build();
    } catch (ExecutionException e) {
      return Health.down(e).build();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Health.unknown().build();
    }
  }

  /** The probe under way, or a new one. */
  private FutureTask<@Nullable StoreException> begin() {
    FutureTask<@Nullable StoreException> running = probe.get();
    if (running != null && !running.isDone()) {
      return running;
    }
    FutureTask<@Nullable StoreException> next = new FutureTask<>(this::read);
    if (!probe.compareAndSet(running, next)) {
      return begin();
    }
    // A platform thread: a native call that hangs would hold the carrier of a virtual one.
    Thread.ofPlatform().name("varve-health").daemon().start(next);
    return next;
  }

  private @Nullable StoreException read() {
    try {
      var _ = sessions.transactions().read(ReadPoint.LATEST, view -> view.get(PROBE) != null);
      var _ = sessions.transactions().status();
      return null;
    } catch (StoreException e) {
      return e;
    }
  }

  private Health.Builder withState(Health.Builder health) {
    health.withDetail("state", sessions.state().name());
    String reason = sessions.stateReason();
    return reason.isEmpty() ? health : health.withDetail("reason", reason);
  }
}
