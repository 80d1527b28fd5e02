package io.varve.bench;

import io.varve.model.Durability;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Runs workloads on Varve and its peers, round by round in turn, and prints medians and ratios. */
final class Compare {
  private int seconds = 5;
  private int rounds = 5;
  private final List<Workload> workloads = new ArrayList<>();
  private final PrintStream out = System.out;

  private Compare() {}

  static void run(String[] args) throws Exception {
    Compare compare = new Compare();
    compare.parse(args);
    for (Workload workload : compare.workloads) {
      compare.run(workload);
    }
  }

  private void parse(String[] args) {
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--seconds" -> seconds = Integer.parseInt(args[++i]);
        case "--rounds" -> rounds = Integer.parseInt(args[++i]);
        default -> workloads.add(byLabel(args[i]));
      }
    }
    if (workloads.isEmpty()) {
      workloads.addAll(Arrays.asList(Workload.values()));
    }
  }

  private static Workload byLabel(String label) {
    return Stream.of(Workload.values())
        .filter(workload -> workload.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no workload " + label));
  }

  private void run(Workload workload) throws Exception {
    List<Workload.Round> varve = new ArrayList<>();
    List<Workload.Round> peer = new ArrayList<>();
    if (workload.bulk) {
      // A new store each round, so that nobody writes over what is there. One round warms up.
      for (int round = 0; round <= rounds; round++) {
        Workload.Round ours = inNewStore(workload, true, round);
        Workload.Round theirs = inNewStore(workload, false, round);
        if (round > 0) {
          varve.add(ours);
          peer.add(theirs);
        }
      }
    } else {
      inTurn(workload, varve, peer);
    }
    print(workload, varve, peer);
  }

  private Workload.Round inNewStore(Workload workload, boolean ours, int round) throws Exception {
    Path directory = Files.createTempDirectory("varve-bench");
    try (Contender contender = open(ours, directory, workload.durability)) {
      return workload.run(contender, seconds, round);
    } finally {
      delete(directory);
    }
  }

  private void inTurn(Workload workload, List<Workload.Round> varve, List<Workload.Round> peer)
      throws Exception {
    Path ourDirectory = Files.createTempDirectory("varve-bench");
    Path theirDirectory = Files.createTempDirectory("varve-bench");
    try (Contender ours = open(true, ourDirectory, workload.durability);
        Contender theirs = open(false, theirDirectory, workload.durability)) {
      ours.load(Workload.KEYS);
      theirs.load(Workload.KEYS);
      for (int round = 0; round <= rounds; round++) {
        Workload.Round first = workload.run(ours, seconds, round);
        Workload.Round second = workload.run(theirs, seconds, round);
        if (round > 0) {
          varve.add(first);
          peer.add(second);
        }
      }
    } finally {
      delete(ourDirectory);
      delete(theirDirectory);
    }
  }

  private static Contender open(boolean ours, Path directory, Durability durability)
      throws Exception {
    return ours
        ? new VarveContender(directory, durability)
        : new OptimisticContender(directory, durability);
  }

  private void print(Workload workload, List<Workload.Round> varve, List<Workload.Round> peer) {
    out.printf(
        Locale.ROOT, "%n%s (%d rounds, per second: median [min, max])%n", workload.label, rounds);
    row("Varve", workload, varve);
    row("OptimisticTransactionDB", workload, peer);
    out.printf(
        Locale.ROOT,
        "  ratio of medians %.2f%n",
        median(varve, Workload.Round::perSecond) / median(peer, Workload.Round::perSecond));
  }

  private void row(String name, Workload workload, List<Workload.Round> rows) {
    out.printf(
        Locale.ROOT,
        "  %-24s %,12.0f [%,.0f, %,.0f]  %s%n",
        name,
        median(rows, Workload.Round::perSecond),
        rows.stream().mapToDouble(Workload.Round::perSecond).min().orElseThrow(),
        rows.stream().mapToDouble(Workload.Round::perSecond).max().orElseThrow(),
        workload.bulk
            ? String.format(
                Locale.ROOT, "with flush %,.0f", median(rows, Workload.Round::flushedPerSecond))
            : String.format(
                Locale.ROOT, "started over %,.0f", median(rows, Workload.Round::abortedPerSecond)));
  }

  private static double median(
      List<Workload.Round> rows, java.util.function.ToDoubleFunction<Workload.Round> figure) {
    double[] sorted = rows.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
