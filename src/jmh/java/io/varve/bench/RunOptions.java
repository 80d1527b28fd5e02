package io.varve.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Options that all commands have. */
final class RunOptions {
  @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec spec;

  @CommandLine.Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where the stores are made. Default: the directory for temporary files.")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

  @CommandLine.Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write everything that was measured here as well.")
  private @Nullable Path json;

  @CommandLine.Option(
      names = "--jvm-options",
      paramLabel = "OPTIONS",
      description = "Options of the workers' JVMs. Default: ${DEFAULT-VALUE}.",
      defaultValue = "-Xms2g -Xmx2g -XX:+UseCompactObjectHeaders")
  private String jvmOptions;

  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  private boolean help;

  RunDirectory runDirectory() throws IOException {
    return RunDirectory.in(directory);
  }

  List<String> jvmOptions() {
    return Arrays.stream(jvmOptions.split("\\s+")).filter(Predicate.not(String::isEmpty)).toList();
  }

  /** Fails before a long run rather than after it. */
  void requireWritableReport() throws IOException {
    requireWritable(json);
  }

  static void requireWritable(@Nullable Path report) throws IOException {
    if (report != null) {
      Files.write(report, new byte[0]);
    }
  }

  void write(Object report) {
    if (json != null) {
      Json.write(json, report);
    }
  }

  /** What the run was started with. */
  String commandLine() {
    return String.join(" ", spec.commandLine().getParseResult().originalArgs());
  }

  static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  void requirePositive(String option, int value) {
    if (value < 1) {
      throw refuse(option + " must be at least 1, not " + value + ".");
    }
  }

  /** What to throw for an option that makes no sense: the usage is printed, and the exit is 2. */
  CommandLine.ParameterException refuse(String why) {
    return new CommandLine.ParameterException(spec.commandLine(), why);
  }
}
