package io.varve.bench;

import io.varve.bench.http.HttpLoad;
import io.varve.bench.soak.SoakCommand;
import java.util.Arrays;
import picocli.CommandLine;

/**
 * {@code compare}, {@code growth}, {@code mixed}, {@code open}, {@code soak}, {@code
 * adaptive-batch} and {@code http}; any other arguments are for JMH.
 */
@CommandLine.Command(
    name = "benchmarks.jar",
    subcommands = {
      CompareCommand.class,
      GrowthCommand.class,
      MixedCommand.class,
      OpenCommand.class,
      SoakCommand.class,
      WorkerCommand.class
    })
final class BenchmarkMain {
  private BenchmarkMain() {}

  public static void main(String[] args) throws Exception {
    String command = args.length > 0 ? args[0] : "";
    String[] rest = Arrays.copyOfRange(args, Math.min(1, args.length), args.length);
    switch (command) {
      case "http" -> System.exit(HttpLoad.run(System.out, rest));
      case "adaptive-batch" ->
          System.exit(AdaptiveBatchBenchmark.run(System.out, System.getenv(), rest));
      default -> compareOrMeasure(command, args);
    }
  }

  private static void compareOrMeasure(String command, String[] args) throws Exception {
    CommandLine commands =
        new CommandLine(new BenchmarkMain())
            .registerConverter(ContenderKind.class, BenchmarkMain::contender);
    if (commands.getSubcommands().containsKey(command)) {
      System.exit(commands.execute(args));
    }
    org.openjdk.jmh.Main.main(args);
  }

  private static ContenderKind contender(String label) {
    try {
      return ContenderKind.of(label);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.TypeConversionException(e.getMessage());
    }
  }
}
