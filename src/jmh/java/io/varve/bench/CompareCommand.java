package io.varve.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Runs workloads on Varve and what one would use instead, and prints medians and ratios. */
@CommandLine.Command(
    name = "compare",
    sortOptions = false,
    description = {
      "Runs workloads on Varve and on what one would use instead.",
      "",
      "Each system is in a JVM of its own. They take turns, round by round, and stand still while"
          + " it is not their turn. A first round warms up and does not count. With the default of"
          + " 5 rounds of 5 s each system is measured for 25 s a workload."
    })
final class CompareCommand implements Callable<Integer> {
  @CommandLine.Mixin private RunOptions options;

  @CommandLine.Parameters(
      paramLabel = "workload",
      description =
          "rmw-wal-off, rmw-wal-on, rmw-sync, hot, bulk-wal-off, bulk-wal-on, load, durability."
              + " Default: all.")
  private List<String> labels = List.of();

  @CommandLine.Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "Seconds of a round. Default: ${DEFAULT-VALUE}. A bulk round fills one new store after"
              + " the other for as long; a round of load is one store, however long it takes.")
  private int seconds;

  @CommandLine.Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds that count. Default: 5; for load 3.")
  private @Nullable Integer rounds;

  @CommandLine.Option(
      names = "--systems",
      split = ",",
      paramLabel = "a,b",
      description =
          "varve, rocksdb, transactiondb, optimistic, mvstore; varve-metered for what metrics cost."
              + " Default: all but the last; for load varve and rocksdb.")
  private List<ContenderKind> systems = List.of();

  @CommandLine.Option(
      names = "--threads",
      split = ",",
      paramLabel = "1,2,8",
      description = "Measure rmw and hot at each of these numbers of threads, for all systems.")
  private List<Integer> threads = List.of();

  @CommandLine.Option(
      names = "--entries",
      paramLabel = "N",
      defaultValue = "" + Workload.LOAD_ENTRIES,
      description = "Entries of load. Default: ${DEFAULT-VALUE}.")
  private int entries;

  @CommandLine.Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Write one line per round here as well.")
  private @Nullable Path csv;

  private final Freezer freezer = Freezer.takingTurns();
  private final List<Comparison> comparisons = new ArrayList<>();
  private final List<DurabilityCheck.Result> checks = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    validate();
    options.requireWritableReport();
    RunOptions.requireWritable(csv);
    RunDirectory directory = options.runDirectory();
    Machine machine = Machine.describe(directory);
    String started = RunOptions.now();
    for (Workload workload : workloads()) {
      run(workload, directory);
      // After each, so that a failure in the last does not take the others with it.
      write(started, machine);
    }
    return checks.stream().allMatch(DurabilityCheck.Result::passed) ? 0 : 1;
  }

  /** Read here: where a label is wrong, the parser would only say that nothing matches it. */
  private List<Workload> workloads() {
    if (labels.isEmpty()) {
      return List.of(Workload.values());
    }
    try {
      return labels.stream().map(Workload::of).toList();
    } catch (IllegalArgumentException e) {
      throw options.refuse(e.getMessage());
    }
  }

  private void validate() {
    var _ = workloads();
    options.requirePositive("--seconds", seconds);
    options.requirePositive("--entries", entries);
    if (rounds != null) {
      options.requirePositive("--rounds", rounds);
    }
    for (int count : threads) {
      options.requirePositive("--threads", count);
    }
  }

  private void run(Workload workload, RunDirectory directory)
      throws IOException, InterruptedException {
    List<ContenderKind> kinds =
        systems.isEmpty() ? List.copyOf(workload.defaultSystems()) : systems;
    if (workload == Workload.DURABILITY) {
      checkDurability(kinds, directory);
      return;
    }
    int counted = rounds == null ? workload.defaultRounds() : rounds;
    var plan =
        new WorkloadRun.Plan(kinds, counted, seconds, threads, entries, options.jvmOptions());
    Comparison comparison = WorkloadRun.run(workload, plan, directory, freezer);
    comparisons.add(comparison);
    new CompareTable(System.out).print(comparison);
  }

  private void checkDurability(List<ContenderKind> kinds, RunDirectory directory)
      throws IOException, InterruptedException {
    System.out.printf("%n%s (killed in the middle of its work)%n", Workload.DURABILITY.label);
    for (ContenderKind kind : kinds) {
      int count = Workload.DURABILITY.threads(kind).getFirst();
      DurabilityCheck.Result result =
          DurabilityCheck.run(kind, count, options.jvmOptions(), directory);
      checks.add(result);
      System.out.println("  " + result);
    }
  }

  private void write(String started, Machine machine) throws IOException {
    options.write(
        new CompareReport(
            started,
            options.commandLine(),
            machine,
            options.jvmOptions(),
            freezer.works(),
            comparisons,
            checks));
    if (csv != null) {
      CompareCsv.write(csv, comparisons);
    }
  }
}
