package io.varve.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Measures writers and probes beside busy readers. */
@CommandLine.Command(
    name = "mixed",
    sortOptions = false,
    description = {
      "Measures writers and probes beside busy readers.",
      "",
      "Two clients write one key each, two ask /livez and /readyz every 20 ms, and the readers do"
          + " one thing as fast as they can. With --against, two builds are measured in turns in"
          + " the same run, and what counts is the ratio."
    })
final class MixedCommand implements Callable<Integer> {
  @CommandLine.Mixin private RunOptions options;

  @CommandLine.Option(
      names = "--jar",
      paramLabel = "FILE",
      required = true,
      description = "The build to measure, a jar of the server.")
  private Path jar;

  @CommandLine.Option(
      names = "--against",
      paramLabel = "FILE",
      description = "Another build to compare it with.")
  private @Nullable Path against;

  @CommandLine.Option(
      names = "--kinds",
      split = ",",
      paramLabel = "a,b",
      defaultValue = "none,stream,pages,deleted,history,batch",
      description = "What the readers do. Default: ${DEFAULT-VALUE}.")
  private List<String> kinds;

  @CommandLine.Option(
      names = "--readers",
      paramLabel = "N",
      defaultValue = "8",
      description = "Readers at a time. Default: ${DEFAULT-VALUE}.")
  private int readers;

  @CommandLine.Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "20",
      description = "Seconds of a round. Default: ${DEFAULT-VALUE}; a quarter more warms up.")
  private int seconds;

  @CommandLine.Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds of each build and kind. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @CommandLine.Option(
      names = "--entries",
      paramLabel = "N",
      defaultValue = "200000",
      description = "Entries that are read. Default: ${DEFAULT-VALUE}.")
  private int entries;

  @CommandLine.Option(
      names = "--deleted",
      paramLabel = "N",
      defaultValue = "300000",
      description = "Deleted keys before a live one. Default: ${DEFAULT-VALUE}.")
  private int deleted;

  private final List<MixedReport.Round> done = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    options.requirePositive("--readers", readers);
    options.requirePositive("--seconds", seconds);
    options.requirePositive("--rounds", rounds);
    List<MixedReader> chosen = kinds.stream().map(this::kind).toList();
    options.requireWritableReport();
    RunDirectory directory = options.runDirectory();
    Machine machine = Machine.describe(directory);
    String started = RunOptions.now();
    try (MixedTarget build = start("build", jar, directory);
        MixedTarget other = against == null ? null : start("against", against, directory)) {
      printHead();
      for (MixedReader kind : chosen) {
        for (int round = 0; round < rounds; round++) {
          measure(kind, round, build, other);
        }
        printMedians(kind, other != null);
        options.write(
            new MixedReport(
                started, options.commandLine(), machine, options.jvmOptions(), readers, done));
      }
    }
    return 0;
  }

  private MixedReader kind(String label) {
    return Arrays.stream(MixedReader.values())
        .filter(kind -> kind.label.equals(label))
        .findFirst()
        .orElseThrow(() -> options.refuse("--kinds has " + label + ", which is none."));
  }

  private MixedTarget start(String label, Path file, RunDirectory directory)
      throws IOException, InterruptedException {
    MixedTarget target =
        MixedTarget.start(label, file.toAbsolutePath(), directory.next(), options.jvmOptions());
    target.fill(entries, deleted);
    return target;
  }

  /** The build that goes first changes from round to round. */
  private void measure(MixedReader kind, int round, MixedTarget build, @Nullable MixedTarget other)
      throws InterruptedException {
    List<MixedTarget> turns = new ArrayList<>();
    turns.add(build);
    if (other != null) {
      turns.add(round % 2, other);
    }
    for (MixedTarget target : turns) {
      byte[] batch = kind == MixedReader.BATCH ? MixedReader.batch() : new byte[0];
      MixedReport.Round result =
          new MixedLoad(target, kind, batch).run(readers, Math.max(1, seconds / 4), seconds);
      done.add(result);
      print(result);
    }
  }

  private static void printHead() {
    System.out.printf(
        Locale.ROOT,
        "%n%-9s %-8s %10s %10s %10s %10s %10s %10s %14s %8s%n",
        "readers",
        "build",
        "put p50",
        "put p99",
        "livez p50",
        "livez p99",
        "readyz p50",
        "readyz p99",
        "read",
        "errors");
  }

  private static void print(MixedReport.Round round) {
    System.out.printf(
        Locale.ROOT,
        "%-9s %-8s %10.1f %10.1f %10.1f %10.1f %10.1f %10.1f %,14.1f %8d  %s%n",
        round.readerKind(),
        round.build(),
        round.put().p50(),
        round.put().p99(),
        round.livez().p50(),
        round.livez().p99(),
        round.readyz().p50(),
        round.readyz().p99(),
        round.throughput(),
        round.errors(),
        round.unit());
  }

  private void printMedians(MixedReader kind, boolean compared) {
    printMedian(kind, "put p99", compared, round -> round.put().p99());
    printMedian(kind, "livez p99", compared, round -> round.livez().p99());
    printMedian(kind, "readyz p99", compared, round -> round.readyz().p99());
    if (kind != MixedReader.NONE) {
      printMedian(kind, "read", compared, MixedReport.Round::throughput);
    }
  }

  private void printMedian(
      MixedReader kind, String what, boolean compared, ToDoubleFunction<MixedReport.Round> of) {
    double build = median(kind, "build", of);
    String ratio = "";
    if (compared) {
      double other = median(kind, "against", of);
      ratio = String.format(Locale.ROOT, " against %,.1f: ratio %.3f", other, build / other);
    }
    System.out.printf(Locale.ROOT, "  %s, %s, median: %,.1f%s%n", kind.label, what, build, ratio);
  }

  private double median(MixedReader kind, String build, ToDoubleFunction<MixedReport.Round> of) {
    double[] values =
        done.stream()
            .filter(round -> round.readerKind().equals(kind.label) && round.build().equals(build))
            .mapToDouble(of)
            .sorted()
            .toArray();
    return values[values.length / 2];
  }
}
