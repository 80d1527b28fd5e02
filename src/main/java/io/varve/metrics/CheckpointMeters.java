package io.varve.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.varve.checkpoint.CheckpointManifest;
import io.varve.checkpoint.CheckpointService;
import java.util.function.ToDoubleFunction;

/** The checkpoints there are, and how sound they were found. */
public final class CheckpointMeters implements MeterBinder {
  private static final double MS_PER_SECOND = 1000;

  private final CheckpointService checkpoints;
  private final PeriodicReadings readings;

  /** Meters of these. */
  public CheckpointMeters(CheckpointService checkpoints, PeriodicReadings readings) {
    this.checkpoints = checkpoints;
    this.readings = readings;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("varve.checkpoints", readings, PeriodicReadings::checkpointCount)
        .description("Checkpoints there are, damaged ones included")
        .register(registry);
    newest("varve.checkpoint", CheckpointManifest::bytes)
        .baseUnit("bytes")
        .description("Size of the newest checkpoint; 0 if there is none")
        .register(registry);
    newest(
            "varve.checkpoint.last.success.timestamp",
            made -> made.createdAt().toEpochMilli() / MS_PER_SECOND)
        .baseUnit("seconds")
        .description("When the newest checkpoint was begun; 0 if there is none")
        .register(registry);
    FunctionCounter.builder(
            "varve.checkpoint.verify.failures", checkpoints, CheckpointService::verifyFailures)
        .description("Checkpoints that were verified and found damaged")
        .register(registry);
  }

  private Gauge.Builder<?> newest(String name, ToDoubleFunction<CheckpointManifest> value) {
    return Gauge.builder(
        name,
        readings,
        source -> {
          CheckpointManifest newest = source.newestCheckpoint();
          return newest == null ? 0 : value.applyAsDouble(newest);
        });
  }
}
