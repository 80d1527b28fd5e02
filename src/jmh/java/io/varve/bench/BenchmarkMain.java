package io.varve.bench;

import picocli.CommandLine;

/** {@code compare}, {@code growth} and {@code open}; any other arguments are for JMH. */
@CommandLine.Command(
    name = "benchmarks.jar",
    subcommands = {
      CompareCommand.class,
      GrowthCommand.class,
      OpenCommand.class,
      WorkerCommand.class
    })
final class BenchmarkMain {
  private BenchmarkMain() {}

  public static void main(String[] args) throws Exception {
    CommandLine commands =
        new CommandLine(new BenchmarkMain())
            .registerConverter(ContenderKind.class, BenchmarkMain::contender);
    if (args.length > 0 && commands.getSubcommands().containsKey(args[0])) {
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
