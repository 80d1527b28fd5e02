package io.varve.bench;

import io.varve.model.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** Measures the same work while the store grows. */
@CommandLine.Command(
    name = "growth",
    sortOptions = false,
    description = {
      "Measures the same work while the store grows.",
      "",
      "Two threads increment keys drawn evenly from all there are, with a log that no commit waits"
          + " for. Values have 64 bytes. At each size one round warms up and one counts."
    })
final class GrowthCommand implements Callable<Integer> {
  private static final int MILLION = 1_000_000;
  private static final int MAX_MILLIONS = 1000;
  private static final int THREADS = 2;
  private static final int WARM_UP_PART = 4;

  @CommandLine.Mixin private RunOptions options;

  @CommandLine.Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "20",
      description = "Seconds at each size. Default: ${DEFAULT-VALUE}; a quarter more warms up.")
  private int seconds;

  @CommandLine.Option(
      names = "--sizes",
      split = ",",
      paramLabel = "1,2",
      defaultValue = "1,2,5,10",
      description = "Sizes in million keys, rising. Default: ${DEFAULT-VALUE}.")
  private List<Integer> sizes;

  @CommandLine.Option(
      names = "--systems",
      split = ",",
      paramLabel = "a,b",
      defaultValue = "varve",
      description =
          "varve, rocksdb, transactiondb, optimistic, mvstore. Default: ${DEFAULT-VALUE}.")
  private List<ContenderKind> systems;

  @Override
  public Integer call() throws Exception {
    validate();
    options.requireWritableReport();
    RunDirectory directory = options.runDirectory();
    Machine machine = Machine.describe(directory);
    String started = RunOptions.now();
    List<GrowthReport.Run> runs = new ArrayList<>();
    for (ContenderKind kind : systems) {
      runs.add(run(kind, directory));
      options.write(
          new GrowthReport(
              started, options.commandLine(), machine, options.jvmOptions(), seconds, runs));
    }
    return 0;
  }

  private void validate() {
    options.requirePositive("--seconds", seconds);
    int before = 0;
    for (int size : sizes) {
      options.requirePositive("--sizes", size);
      if (size <= before || size > MAX_MILLIONS) {
        throw options.refuse("--sizes must rise and end at " + MAX_MILLIONS + ".");
      }
      before = size;
    }
  }

  private GrowthReport.Run run(ContenderKind kind, RunDirectory directory)
      throws IOException, InterruptedException {
    Path store = directory.next();
    try (WorkerProcess worker = WorkerProcess.start(options.jvmOptions(), Freezer.none())) {
      var open = new Command.Open(kind, store, Durability.SYNC_ON_INTERVAL);
      Answer.Opened opened = worker.ask(open, Answer.Opened.class);
      printHead(kind, opened.budgetBytes());
      List<GrowthReport.Step> steps = new ArrayList<>();
      int keys = 0;
      for (int size : sizes) {
        GrowthReport.Step step = step(worker, store, keys, size * MILLION);
        keys = size * MILLION;
        steps.add(step);
        print(step);
      }
      return new GrowthReport.Run(kind.label, opened.budgetBytes(), opened.settings(), steps);
    } finally {
      RunDirectory.delete(store);
    }
  }

  private GrowthReport.Step step(WorkerProcess worker, Path store, int from, int to)
      throws IOException {
    long started = System.nanoTime();
    worker.ask(new Command.Load(from, to), Answer.Done.class);
    double loadSeconds = (System.nanoTime() - started) / 1e9;
    KeyChoice keys = new KeyChoice(to, false);
    int warmUp = Math.max(1, seconds / WARM_UP_PART);
    worker.ask(new Command.Increment(keys, THREADS, warmUp, 1), Round.class);
    Answer.Figures before = worker.ask(new Command.Figures(), Answer.Figures.class);
    Round round = worker.ask(new Command.Increment(keys, THREADS, seconds, 2), Round.class);
    long resident = worker.residentBytes();
    long disk = RunDirectory.bytes(store);
    Answer.Figures after = worker.ask(new Command.Figures(), Answer.Figures.class);
    return new GrowthReport.Step(
        to,
        loadSeconds,
        round,
        resident,
        after.heapUsedBytes(),
        after.upkeep().flushes() - before.upkeep().flushes(),
        after.upkeep().flushSeconds() - before.upkeep().flushSeconds(),
        after.upkeep().compactionSeconds() - before.upkeep().compactionSeconds(),
        disk,
        to * (long) (Data.KEY_BYTES + Data.COUNTER_VALUE_BYTES));
  }

  private static void printHead(ContenderKind kind, long budgetBytes) {
    System.out.printf(
        Locale.ROOT,
        "%n%s, %d threads, memory budget %,d MiB (heap, block cache, write buffers)%n"
            + "%12s %12s %10s %10s %10s %10s %8s %8s %13s %12s%n",
        kind,
        THREADS,
        budgetBytes >> 20,
        "keys",
        "committed/s",
        "p99 us",
        "RSS MiB",
        "heap MiB",
        "disk MiB",
        "flushes",
        "flush s",
        "compaction s",
        "disk / live");
  }

  private static void print(GrowthReport.Step step) {
    System.out.printf(
        Locale.ROOT,
        "%,12d %,12.0f %,10.1f %,10d %,10d %,10d %8d %8.2f %13.2f %12.2f%n",
        step.keys(),
        step.round().perSecond(),
        Objects.requireNonNull(step.round().latency()).p99Micros(),
        step.residentBytes() >> 20,
        step.heapUsedBytes() >> 20,
        step.bytesOnDisk() >> 20,
        step.flushes(),
        step.flushSeconds(),
        step.compactionSeconds(),
        step.diskPerLiveByte());
  }
}
