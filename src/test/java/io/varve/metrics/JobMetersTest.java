package io.varve.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.varve.jobs.Job;
import io.varve.jobs.JobRunner;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Tests for {@link JobMeters} behind a {@link JobRunner}. */
final class JobMetersTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final double START_SECONDS = START.toEpochMilli() / 1000.0;

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicLong clockMs = new AtomicLong(START.toEpochMilli());
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final JobMeters meters =
      new JobMeters(
          Map.of("fake", Duration.ofSeconds(30)),
          registry,
          () -> Instant.ofEpochMilli(clockMs.get()));
  private final FakeJob job = new FakeJob();
  private final JobRunner<Integer> runner = new JobRunner<>(job, nanos::get, meters);

  private final class FakeJob implements Job<Integer> {
    private boolean due = true;
    private boolean failing;
    private Runnable inside = () -> {};

    @Override
    public String name() {
      return "fake";
    }

    @Override
    public boolean isDue() {
      return due;
    }

    @Override
    public Integer runOnce() {
      nanos.addAndGet(Duration.ofMillis(20).toNanos());
      inside.run();
      if (failing) {
        throw new IllegalStateException("broken");
      }
      return 1;
    }
  }

  private double runs(String result) {
    return registry
        .get("varve.job.runs")
        .tag("job", "fake")
        .tag("result", result)
        .counter()
        .count();
  }

  private double gauge(String name) {
    return registry.get(name).tag("job", "fake").gauge().value();
  }

  @Test
  void run_isCountedAndTimed() {
    clockMs.addAndGet(5_000);
    runner.runIfDue();
    assertThat(runs("ok")).isEqualTo(1);
    assertThat(registry.get("varve.job.duration").timer().totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(20);
    assertThat(gauge("varve.job.last.success.timestamp")).isEqualTo(START_SECONDS + 5);
    assertThat(gauge("varve.job.interval")).isEqualTo(30);
  }

  @Test
  void failures_addUpUntilOneGoesWell() {
    job.failing = true;
    runner.runIfDue();
    runner.runIfDue();
    assertThat(runs("failed")).isEqualTo(2);
    assertThat(gauge("varve.job.failures.in.a.row")).isEqualTo(2);
    assertThat(gauge("varve.job.last.success.timestamp")).isEqualTo(START_SECONDS);
    job.failing = false;
    runner.runIfDue();
    assertThat(gauge("varve.job.failures.in.a.row")).isZero();
  }

  @Test
  void nothingToDo_isASuccess() {
    job.due = false;
    clockMs.addAndGet(60_000);
    runner.runIfDue();
    assertThat(runs("ok")).isZero();
    assertThat(gauge("varve.job.last.success.timestamp")).isEqualTo(START_SECONDS + 60);
  }

  @Test
  void runUnderWay_isSeenAndSkipsTheNext() {
    double[] running = new double[1];
    job.inside =
        () -> {
          running[0] = gauge("varve.job.running");
          runner.runIfDue();
        };
    runner.runIfDue();
    assertThat(running[0]).isEqualTo(1);
    assertThat(gauge("varve.job.running")).isZero();
    assertThat(runs("skipped")).isEqualTo(1);
    assertThat(runs("ok")).isEqualTo(1);
  }

  @Test
  void unknownJob_isAMistakeInTheWiring() {
    assertThatThrownBy(() -> meters.idle("other")).isInstanceOf(IllegalArgumentException.class);
  }
}
