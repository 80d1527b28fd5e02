package io.varve.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.model.ErrorCode;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests for {@link JobRunner}. */
@ExtendWith(OutputCaptureExtension.class)
final class JobRunnerTest {
  private final AtomicLong nanoTime = new AtomicLong();
  private final FakeJob job = new FakeJob();
  private final JobRunner<Integer> runner = new JobRunner<>(job, nanoTime::get);

  /** Counts its runs, and fails or waits when told to. */
  private final class FakeJob implements Job<Integer> {
    private final AtomicInteger runs = new AtomicInteger();
    private volatile boolean due = true;
    private volatile boolean failing;
    private volatile Runnable inside = () -> {};

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
      nanoTime.addAndGet(Duration.ofMillis(5).toNanos());
      inside.run();
      if (failing) {
        throw new IllegalStateException("broken");
      }
      return runs.incrementAndGet();
    }
  }

  @Test
  void stopOfTheService_isNoFailureToReport(CapturedOutput output) {
    job.inside =
        () -> {
          throw StoreErrors.shuttingDown();
        };
    runner.runNext();
    assertThat(output.getAll()).contains("The fake job does not run any more");
    assertThat(output.getAll()).doesNotContain(" ERROR ");
  }

  @Test
  void runNow_returnsTheResult() {
    assertThat(runner.runNow()).isEqualTo(1);
    assertThat(runner.status()).isEqualTo(new JobStatus(1, 0, 0, Duration.ofMillis(5), null));
  }

  @Test
  void runNow_failing_passesItOn() {
    job.failing = true;
    assertThatThrownBy(runner::runNow).hasMessage("broken");
    assertThat(runner.status().failures()).isEqualTo(1);
  }

  @Test
  void runIfDue_failing_isLoggedCountedAndRunAgain(CapturedOutput output) {
    job.failing = true;
    runner.runIfDue();
    assertThat(runner.status())
        .isEqualTo(
            new JobStatus(
                0, 1, 0, Duration.ofMillis(5), "java.lang.IllegalStateException: broken"));
    assertThat(output).contains("The fake job failed").contains("IllegalStateException: broken");

    job.failing = false;
    runner.runIfDue();
    assertThat(runner.status()).isEqualTo(new JobStatus(1, 1, 0, Duration.ofMillis(5), null));
  }

  @Test
  void runIfDue_notDue_doesNothing() {
    job.due = false;
    runner.runIfDue();
    assertThat(job.runs).hasValue(0);
    runner.runNext();
    assertThat(job.runs).as("a call does not ask").hasValue(1);
  }

  @Test
  void whileRunning_timerSkipsAndOperatorIsRefused() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    job.inside =
        () -> {
          inside.countDown();
          awaitQuietly(finish);
        };
    Thread running = Thread.ofPlatform().start(runner::runIfDue);
    inside.await();
    try {
      runner.runIfDue();
      assertThat(runner.status().skipped()).isEqualTo(1);
      assertThatThrownBy(runner::runNow)
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JOB_RUNNING));
    } finally {
      finish.countDown();
      running.join();
    }
    assertThat(job.runs).hasValue(1);
  }

  @Test
  void runNext_whileRunning_runsAfterwards() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    job.inside =
        () -> {
          inside.countDown();
          awaitQuietly(finish);
        };
    Thread running = Thread.ofPlatform().start(runner::runIfDue);
    inside.await();
    Thread next = Thread.ofPlatform().start(runner::runNext);
    finish.countDown();
    running.join();
    next.join();
    assertThat(job.runs).hasValue(2);
    assertThat(runner.status().skipped()).isZero();
  }

  @Test
  void start_runsOnTheOtherThreadAndRefusesASecond() throws InterruptedException {
    List<Runnable> handed = new ArrayList<>();
    runner.start(handed::add);
    assertThat(handed).hasSize(1);
    assertThatThrownBy(() -> runner.start(handed::add))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JOB_RUNNING));
    assertThatThrownBy(runner::runNow).isInstanceOf(StoreException.class);

    Thread.ofPlatform().start(handed.getFirst()).join();

    assertThat(runner.status().runs()).isEqualTo(1);
    assertThat(runner.runNow()).as("it gave the turn back").isEqualTo(2);
  }

  @Test
  void start_failing_isLogged(CapturedOutput output) {
    job.failing = true;
    runner.start(Runnable::run);
    assertThat(output).contains("The fake job failed").contains("IllegalStateException: broken");
    job.failing = false;
    assertThat(runner.runNow()).isEqualTo(1);
  }

  @Test
  void start_whileStopping_isNoFailure(CapturedOutput output) {
    job.inside =
        () -> {
          throw StoreErrors.shuttingDown();
        };
    runner.start(Runnable::run);
    assertThat(output).contains("The fake job ends early").doesNotContain("failed");
  }

  @Test
  void start_withoutAThread_givesTheTurnBack() {
    assertThatThrownBy(
            () ->
                runner.start(
                    _ -> {
                      throw new RejectedExecutionException("full");
                    }))
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(runner.runNow()).isEqualTo(1);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
