package io.varve.bench.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run: lets the workers work, restarts the store beneath them, takes samples, and judges. */
final class SoakRun {
  private static final Duration PROGRESS = Duration.ofSeconds(5);
  private static final Duration LONGEST_END = Duration.ofMinutes(2);

  private final SoakSettings settings;
  private final SoakTarget target;
  private final Consumer<String> progress;
  private final Consumer<Sample> onSample;
  private final Tally tally = new Tally();
  private final SharedKeys shared;
  private final List<SoakWorker> workers = new ArrayList<>();
  private final SoakChores chores;
  private final List<Sample> samples = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();

  /** Opens when the run is over, or cannot go on. */
  private final CountDownLatch over = new CountDownLatch(1);

  private UpkeepCounts upkeep = UpkeepCounts.NONE;
  private long startedNanos;
  private long sampledNanos;
  private long sampledConflicts;
  private long sampledErrors;

  private SoakRun(
      SoakSettings settings,
      SoakTarget target,
      Consumer<String> progress,
      Consumer<Sample> onSample) {
    this.settings = settings;
    this.target = target;
    this.progress = progress;
    this.onSample = onSample;
    this.shared = new SharedKeys(settings.prefix(), settings.keys(), tally.wrong());
    this.chores = new SoakChores(settings.plan(), target, tally, over::countDown);
    for (int i = 0; i < settings.threads(); i++) {
      workers.add(
          new SoakWorker(
              i,
              settings.seed(),
              settings.prefix(),
              target,
              shared,
              tally,
              () -> over.getCount() == 0,
              System::nanoTime));
    }
  }

  /**
   * Runs on an open target, which the caller closes.
   *
   * @param progress gets a line every few seconds
   * @param onSample gets each sample when it is taken
   */
  static SoakResult run(
      SoakSettings settings,
      SoakTarget target,
      Consumer<String> progress,
      Consumer<Sample> onSample)
      throws InterruptedException {
    return new SoakRun(settings, target, progress, onSample).run();
  }

  private SoakResult run() throws InterruptedException {
    var _ = target.store().batch(shared.opening());
    startedNanos = System.nanoTime();
    sampledNanos = startedNanos;
    List<Thread> threads = startWorkers();
    chores.start();
    watch();
    takeLastSample();
    over.countDown();
    chores.stop(LONGEST_END);
    if (isGone()) {
      threads.forEach(Thread::interrupt); // which wait for it to open again
    }
    join(threads);
    checkAtRest();
    var _ = tally.takeInterval(); // what was done since counts as well
    return result();
  }

  private List<Thread> startWorkers() {
    List<Thread> threads = new ArrayList<>();
    for (SoakWorker worker : workers) {
      threads.add(
          Thread.ofPlatform()
              .name("soak-worker-" + threads.size())
              .daemon()
              .uncaughtExceptionHandler((_, e) -> fail(e))
              .start(worker));
    }
    return threads;
  }

  /** A worker has died, of which the report must tell. */
  private void fail(Throwable e) {
    fatal.compareAndSet(null, e);
    tally.error("worker", new Trouble(e.getClass().getSimpleName(), true, e.toString()));
    over.countDown();
  }

  /** Takes samples and tells how it goes until the time is up. */
  private void watch() throws InterruptedException {
    long end = startedNanos + settings.duration().toNanos();
    long sampling = settings.plan().sampling().toNanos();
    long nextSample = startedNanos + sampling;
    long nextProgress = startedNanos + PROGRESS.toNanos();
    boolean goesOn = true;
    while (goesOn && end - System.nanoTime() > 0) {
      long next = Math.min(end, Math.min(nextSample, nextProgress));
      goesOn = !over.await(next - System.nanoTime(), TimeUnit.NANOSECONDS);
      long now = System.nanoTime();
      if (now - nextSample >= 0) {
        takeSample();
        nextSample += sampling;
      }
      if (now - nextProgress >= 0) {
        tellProgress(now, end);
        nextProgress = now + PROGRESS.toNanos();
      }
    }
  }

  /** Where the end of the run is no end of an interval; a very short one would say nothing. */
  private void takeLastSample() {
    if (2 * (System.nanoTime() - sampledNanos) > settings.plan().sampling().toNanos()) {
      takeSample();
    }
  }

  private void takeSample() {
    long now = System.nanoTime();
    Tally.Interval interval = tally.takeInterval();
    long conflicts = tally.conflicts();
    long errors = tally.errors();
    Sample sample =
        new Sample(
            (now - startedNanos) / 1e9,
            (now - sampledNanos) / 1e9,
            interval.operations(),
            conflicts - sampledConflicts,
            errors - sampledErrors,
            tally.wrong().count(),
            interval.latency(),
            target.figures());
    sampledNanos = now;
    sampledConflicts = conflicts;
    sampledErrors = errors;
    samples.add(sample);
    onSample.accept(sample);
  }

  private void tellProgress(long now, long end) {
    Sample last = samples.isEmpty() ? null : samples.getLast();
    progress.accept(
        String.format(
            Locale.ROOT,
            "%s  %,8.0f op/s  p99 %6.1f ms  conflicts %d  errors %d  wrong answers %d  left %s",
            SoakReport.clock(Duration.ofNanos(now - startedNanos)),
            last == null ? 0 : last.perSecond(),
            last == null ? 0 : last.latency().p99Micros() / 1e3,
            tally.conflicts(),
            tally.errors(),
            tally.wrong().count(),
            SoakReport.clock(Duration.ofNanos(Math.max(0, end - now)))));
  }

  /** Whether the store was closed for a restart and did not open again. */
  private boolean isGone() {
    return target.epoch() % 2 != 0;
  }

  /** A worker that does not come back hangs in the store. */
  private void join(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      if (!thread.join(LONGEST_END)) {
        thread.interrupt();
        tally.error(thread.getName(), new Trouble("STUCK", true, "did not end in " + LONGEST_END));
      }
    }
  }

  /** Nobody works any more: everything is exact, also after one more restart. */
  private void checkAtRest() {
    if (isGone()) {
      return; // which is told
    }
    workers.forEach(SoakWorker::checkAtRest);
    if (chores.restart()) {
      workers.forEach(SoakWorker::checkAtRest);
    }
    upkeep = upkeepOrError();
    if (upkeep.failures() > 0) {
      String what = upkeep.failures() + " jobs failed";
      tally.error("upkeep", new Trouble("JOB_FAILED", false, what));
    }
  }

  private UpkeepCounts upkeepOrError() {
    try {
      return target.upkeep();
    } catch (RuntimeException e) {
      tally.error("upkeep", target.explain(e));
      return UpkeepCounts.NONE;
    }
  }

  private SoakResult result() {
    var evidence = new SoakVerdict.Evidence(samples, tally.wrong().count(), tally.errors());
    Optional<CheckpointCounts> checkpoints = chores.checkpoints();
    return new SoakResult(
        target.describe(),
        settings,
        List.copyOf(samples),
        tally.byKind(),
        tally.conflicts(),
        tally.refusals(),
        tally.errorCodes(),
        tally.errorDetails(),
        tally.wrong().count(),
        tally.wrong().first(),
        chores.restarts(),
        upkeep,
        checkpoints.orElse(null),
        SoakVerdict.judge(evidence, settings.limits()));
  }
}
