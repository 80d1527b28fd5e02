package io.varve.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;

/** What runs here, and the memory that it may take and takes. */
public final class ProcessMeters implements MeterBinder {
  private static final String BYTES = "bytes";

  private final Versions versions;
  private final Map<String, Long> budgetBytes;
  private final long limitBytes;

  /**
   * What runs here.
   *
   * @param varve version of this program
   * @param java version of the JVM
   * @param rocksdb version of the engine
   */
  public record Versions(String varve, String java, String rocksdb) {}

  /**
   * Meters of this process.
   *
   * @param budgetBytes what it was planned to take, by part
   * @param limitBytes what it may take
   */
  public ProcessMeters(Versions versions, Map<String, Long> budgetBytes, long limitBytes) {
    this.versions = versions;
    this.budgetBytes = Map.copyOf(budgetBytes);
    this.limitBytes = limitBytes;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("varve.build.info", () -> 1)
        .tag("version", versions.varve())
        .tag("java", versions.java())
        .tag("rocksdb", versions.rocksdb())
        .description("Always 1; the labels tell what runs")
        .register(registry);
    budgetBytes.forEach(
        (part, bytes) ->
            Gauge.builder("varve.memory.budget", () -> bytes)
                .tag("part", part)
                .baseUnit(BYTES)
                .description("What the process was planned to take, by part")
                .register(registry));
    Gauge.builder("varve.memory.limit", () -> limitBytes)
        .baseUnit(BYTES)
        .description("What the process may take: of its container, or of the machine")
        .register(registry);
    Gauge.builder("varve.process.rss", ResidentMemory::bytes)
        .baseUnit(BYTES)
        .description("What the process takes of physical memory")
        .register(registry);
  }
}
