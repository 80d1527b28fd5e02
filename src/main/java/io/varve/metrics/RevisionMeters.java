package io.varve.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.varve.model.Hold;
import io.varve.model.StoreException;
import io.varve.model.StoreStatus;
import io.varve.txn.StoreSession;
import io.varve.txn.StoreSessions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How far the store has come, what it has yet to do, and what keeps old versions. */
public final class RevisionMeters implements MeterBinder {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MS_PER_SECOND = 1e3;

  private final StoreSessions sessions;
  private final Supplier<@Nullable StoreStatus> status;
  private final PeriodicReadings readings;
  private final InstantSource clock;

  /** Meters of the store in use; {@code status} is what was last seen of it. */
  public RevisionMeters(
      StoreSessions sessions,
      Supplier<@Nullable StoreStatus> status,
      PeriodicReadings readings,
      InstantSource clock) {
    this.sessions = sessions;
    this.status = status;
    this.readings = readings;
    this.clock = clock;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    bindRevisions(registry);
    bindVersions(registry);
    bindAges(registry);
    gauge("varve.txn.active", s -> s.transactions().activeTransactions(), "Open transactions")
        .register(registry);
    gauge(
            "varve.commit.queue.length",
            s -> s.transactions().queuedCommits(),
            "Commits that wait to be written to the log")
        .register(registry);
    gauge(
            "varve.commit.batch.target",
            s -> s.transactions().groupTarget(),
            "Operations that one write of the log may carry, which adapts")
        .register(registry);
  }

  private void bindRevisions(MeterRegistry registry) {
    gauge(
            "varve.revision.current",
            s -> s.store().visible().value(),
            "The newest revision that can be read")
        .register(registry);
    gauge(
            "varve.revision.durable",
            s -> s.store().durable().value(),
            "The newest revision that survives a power failure")
        .register(registry);
    gauge(
            "varve.revision.durability.lag",
            s -> Math.max(0, s.store().visible().value() - s.store().durable().value()),
            "Revisions that can be read and would not survive a power failure")
        .register(registry);
    seen("varve.revision.flushed", s -> s.flushed().value(), "The newest revision in sorted files")
        .register(registry);
    seen(
            "varve.revision.compacted",
            s -> s.prunedTo().value(),
            "The smallest revision at which every read is exact")
        .register(registry);
    FunctionCounter.builder("varve.clock.steps.back", this, self -> self.stepsBack())
        .description("How often the clock went back by more than a second")
        .register(registry);
  }

  private double stepsBack() {
    StoreStatus seen = status.get();
    return seen == null ? 0 : seen.clockStepsBack();
  }

  private void bindVersions(MeterRegistry registry) {
    Gauge.builder("varve.keys.estimate", readings, PeriodicReadings::keys)
        .description("Keys in the store, estimated each minute")
        .register(registry);
    seen(
            "varve.versions.estimate",
            s -> s.flushedVersions() + s.overlayVersions(),
            "Versions of keys in the store, estimated")
        .register(registry);
    gauge(
            "varve.overlay",
            s -> s.store().overlayBytes(),
            "Heap that unflushed data takes, estimated")
        .baseUnit("bytes")
        .register(registry);
    seen("varve.overlay.versions", StoreStatus::overlayVersions, "Versions not yet flushed")
        .register(registry);
    seen("varve.flush.lag", this::flushLag, "Age of the oldest commit that is not flushed")
        .baseUnit("seconds")
        .register(registry);
    seen("varve.snapshots", StoreStatus::openSnapshots, "Revisions in use, holds included")
        .register(registry);
  }

  private double flushLag(StoreStatus seen) {
    return seen.oldestUnflushedMs() == 0
        ? 0
        : Math.max(0, (clock.millis() - seen.oldestUnflushedMs()) / MS_PER_SECOND);
  }

  private void bindAges(MeterRegistry registry) {
    age("varve.txn.oldest.age", s -> seconds(s.transactions().oldestAgeNanos()))
        .description("Age of the oldest transaction that a client holds open; 0 if there is none")
        .register(registry);
    seen("varve.oldest.snapshot.age", s -> seconds(s.oldestReaderNanos()), "")
        .baseUnit("seconds")
        .description(
            "How long the oldest reader has been reading, holds left out; 0 if there is none")
        .register(registry);
    holder("transaction", s -> seconds(s.transactions().oldestAgeNanos()), registry);
    holder("page", s -> seconds(s.leases().oldestAgeNanos()), registry);
    holder("hold", s -> oldestHold(s), registry);
  }

  private void holder(String kind, ToDoubleFunction<StoreSession> value, MeterRegistry registry) {
    age("varve.gc.hold.age", value)
        .tag("holder", kind)
        .description("Age of the oldest of this kind that keeps versions; 0 if there is none")
        .register(registry);
  }

  private double oldestHold(StoreSession session) {
    try {
      return session.store().holds().list().stream()
          .map(Hold::createdAt)
          .mapToDouble(made -> Duration.between(made, clock.instant()).toMillis() / MS_PER_SECOND)
          .max()
          .orElse(0);
    } catch (StoreException _) {
      return 0; // it is closed
    }
  }

  private static double seconds(long nanos) {
    return nanos / NANOS_PER_SECOND;
  }

  private Gauge.Builder<?> age(String name, ToDoubleFunction<StoreSession> value) {
    return gauge(name, value, "").baseUnit("seconds");
  }

  /** Read out of the heap of the store in use, or the last that was. */
  private Gauge.Builder<?> gauge(
      String name, ToDoubleFunction<StoreSession> value, String description) {
    return Gauge.builder(name, sessions, s -> value.applyAsDouble(s.latest()))
        .description(description);
  }

  /** Seen the last time that somebody looked, and not a number before. */
  private Gauge.Builder<?> seen(
      String name, ToDoubleFunction<StoreStatus> value, String description) {
    return Gauge.builder(
            name,
            status,
            source -> {
              StoreStatus seen = source.get();
              return seen == null ? Double.NaN : value.applyAsDouble(seen);
            })
        .description(description);
  }
}
