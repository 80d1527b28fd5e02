package io.varve.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.varve.jobs.JobListener;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts and times the runs of jobs. Thread-safe. */
public final class JobMeters implements JobListener {
  private static final double MS_PER_SECOND = 1000;

  private final InstantSource clock;
  private final Map<String, Meters> meters = new HashMap<>();

  private record Meters(
      Counter ok,
      Counter failed,
      Counter skipped,
      Timer duration,
      AtomicInteger running,
      AtomicInteger failuresInARow,
      AtomicLong lastSuccessMs) {}

  /**
   * Meters of these jobs.
   *
   * @param intervals of their timers, by name; zero for a job that has none
   */
  public JobMeters(Map<String, Duration> intervals, MeterRegistry registry, InstantSource clock) {
    this.clock = clock;
    intervals.forEach((job, interval) -> meters.put(job, register(job, interval, registry)));
  }

  private Meters register(String job, Duration interval, MeterRegistry registry) {
    Meters made =
        new Meters(
            runs(job, "ok", registry),
            runs(job, "failed", registry),
            runs(job, "skipped", registry),
            Timer.builder("varve.job.duration")
                .tag("job", job)
                .description("Time that a run took")
                .serviceLevelObjectives(Buckets.ofJobs())
                .register(registry),
            new AtomicInteger(),
            new AtomicInteger(),
            new AtomicLong(clock.millis()));
    gauge(job, "varve.job.running", made.running, registry, "1 while a run is under way");
    gauge(
        job,
        "varve.job.failures.in.a.row",
        made.failuresInARow,
        registry,
        "Runs that failed since the last that did not");
    Gauge.builder(
            "varve.job.last.success.timestamp", () -> made.lastSuccessMs.get() / MS_PER_SECOND)
        .baseUnit("seconds")
        .tag("job", job)
        .description("When a run last ended well or had nothing to do; at first the start")
        .register(registry);
    Gauge.builder("varve.job.interval", () -> interval.toMillis() / MS_PER_SECOND)
        .baseUnit("seconds")
        .tag("job", job)
        .description("Time between two runs; 0 for a job without a timer")
        .register(registry);
    return made;
  }

  private static Counter runs(String job, String result, MeterRegistry registry) {
    return Counter.builder("varve.job.runs")
        .tag("job", job)
        .tag("result", result)
        .description("Runs, and turns skipped because a run was under way")
        .register(registry);
  }

  private static void gauge(
      String job, String name, AtomicInteger value, MeterRegistry registry, String description) {
    Gauge.builder(name, value, AtomicInteger::get)
        .tag("job", job)
        .description(description)
        .register(registry);
  }

  private Meters of(String job) {
    Meters found = meters.get(job);
    if (found == null) {
      throw new IllegalArgumentException("There are no meters for the job " + job + ".");
    }
    return found;
  }

  @Override
  public void started(String job) {
    of(job).running.set(1);
  }

  @Override
  public void ended(String job, Duration took, boolean ok) {
    Meters now = of(job);
    now.running.set(0);
    now.duration.record(took);
    if (ok) {
      now.ok.increment();
      noteSuccess(now);
    } else {
      now.failed.increment();
      now.failuresInARow.incrementAndGet();
    }
  }

  @Override
  public void idle(String job) {
    noteSuccess(of(job));
  }

  private void noteSuccess(Meters now) {
    now.failuresInARow.set(0);
    now.lastSuccessMs.set(clock.millis());
  }

  @Override
  public void skipped(String job) {
    of(job).skipped.increment();
  }
}
