package io.varve.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.varve.jobs.FlushJob;
import io.varve.jobs.FlushStats;
import io.varve.jobs.PruneJob;
import io.varve.jobs.PruneStats;
import java.util.function.ToLongFunction;

/** What flushes have written and prunes have removed. */
public final class UpkeepMeters implements MeterBinder {
  private static final String BYTES = "bytes";

  private final FlushJob flush;
  private final PruneJob prune;

  /** Meters of these. */
  public UpkeepMeters(FlushJob flush, PruneJob prune) {
    this.flush = flush;
    this.prune = prune;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    flushed("varve.flush", FlushStats::bytes, "Keys and values written")
        .baseUnit(BYTES)
        .register(registry);
    flushed("varve.flush.keys", FlushStats::keys, "Distinct keys of each flush, added up")
        .register(registry);
    flushed("varve.flush.versions", FlushStats::versions, "Versions written").register(registry);
    flushed("varve.flush.commits", FlushStats::commits, "Commits written").register(registry);
    flushed("varve.flush.collapsed", FlushStats::collapsed, "Versions that nobody needed any more")
        .register(registry);
    pruned("varve.prune", PruneStats::bytes, "Keys and values removed")
        .baseUnit(BYTES)
        .register(registry);
    pruned("varve.prune.keys", PruneStats::keys, "Keys looked at").register(registry);
    pruned("varve.prune.versions", PruneStats::versions, "Versions removed, tombstones included")
        .register(registry);
  }

  private FunctionCounter.Builder<FlushJob> flushed(
      String name, ToLongFunction<FlushStats> value, String description) {
    return FunctionCounter.builder(name, flush, job -> value.applyAsLong(job.stats()))
        .description(description + ", by flushes since the start");
  }

  private FunctionCounter.Builder<PruneJob> pruned(
      String name, ToLongFunction<PruneStats> value, String description) {
    return FunctionCounter.builder(name, prune, job -> value.applyAsLong(job.stats()))
        .description(description + ", by prunes since the start");
  }
}
