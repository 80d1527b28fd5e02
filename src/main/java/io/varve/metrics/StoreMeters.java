package io.varve.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.varve.jobs.WriteWatch;
import io.varve.jobs.WriteWatchStats;
import io.varve.model.StoreState;
import io.varve.txn.StoreSessions;
import io.varve.txn.WriteAdmission.Admitted;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** What the store does, what it refuses and why, and the room it has. */
public final class StoreMeters implements MeterBinder {
  private static final List<String> ALARMS = List.of("DISK", "QUOTA", "STALL");
  private static final int STOPPED = 2;
  private static final double NANOS_PER_SECOND = 1e9;

  private final StoreSessions sessions;
  private final WriteWatch watch;

  /** Meters of these. */
  public StoreMeters(StoreSessions sessions, WriteWatch watch) {
    this.sessions = sessions;
    this.watch = watch;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (StoreState state : StoreState.values()) {
      Gauge.builder("varve.engine.state", () -> sessions.state() == state ? 1 : 0)
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .description("1 for what the store does now, 0 for everything else")
          .register(registry);
    }
    FunctionCounter.builder("varve.engine.reopenings", sessions, StoreSessions::reopenings)
        .description("How often the store was opened again after an error")
        .register(registry);
    for (String alarm : ALARMS) {
      Gauge.builder("varve.alarm", () -> watch.stats().alarm().equals(alarm) ? 1 : 0)
          .tag("type", alarm.toLowerCase(Locale.ROOT))
          .description("1 while writes are held up or refused for this reason")
          .register(registry);
    }
    Gauge.builder("varve.write.stall.state", this::stallState)
        .description("0 if writes are let in at once, 1 if they are held up, 2 if some are refused")
        .register(registry);
    Gauge.builder("varve.throttle", () -> watch.stats().delayNanos() / NANOS_PER_SECOND)
        .baseUnit("seconds")
        .description("How long each write is held up")
        .register(registry);
    Gauge.builder("varve.writes.stuck", this::stuck)
        .description("1 while a write of the log takes longer than any commit may")
        .register(registry);
    bytes(registry, "varve.disk.free", "Free on the disk of the store", s -> s.diskFreeBytes());
    bytes(registry, "varve.disk.capacity", "Size of the disk of the store", s -> s.diskBytes());
    bytes(
        registry,
        "varve.disk.reserve",
        "What must stay free on the disk of the store",
        s -> s.reserveBytes());
    bytes(registry, "varve.db", "What the store takes on its disk", s -> s.storeBytes());
    bytes(
        registry,
        "varve.quota",
        "What the store may take on its disk; 0 for no bound",
        s -> s.maxStoreBytes());
  }

  private int stallState() {
    WriteWatchStats seen = watch.stats();
    if (seen.admitted() != Admitted.ALL) {
      return STOPPED;
    }
    return seen.delayNanos() > 0 ? 1 : 0;
  }

  private int stuck() {
    return sessions.latest().transactions().isStuck() ? 1 : 0;
  }

  private void bytes(
      MeterRegistry registry,
      String name,
      String description,
      ToLongFunction<WriteWatchStats> value) {
    Gauge.builder(name, () -> value.applyAsLong(watch.stats()))
        .baseUnit("bytes")
        .description(description)
        .register(registry);
  }
}
