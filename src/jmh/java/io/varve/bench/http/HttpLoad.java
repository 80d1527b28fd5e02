package io.varve.bench.http;

import io.varve.bench.CsvFile;
import io.varve.bench.RunEnvironment;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The command {@code http}: loads a running server and prints what it took. */
@Command(
    name = "java -jar benchmarks.jar http",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "Loads a running server over HTTP in a closed loop and checks every answer.",
      "A bearer token for it may be in the environment variable VARVE_TOKEN."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every answer was good or a conflict",
      "1:something else came, or the run could not be made",
      "2:the arguments are wrong"
    })
public final class HttpLoad implements Callable<Integer> {
  /** Not an option, which everybody could see who lists processes. */
  private static final String TOKEN = "VARVE_TOKEN";

  @Option(names = "--url", defaultValue = "http://127.0.0.1:8080", description = "The server.")
  private URI url = URI.create("");

  @Option(
      names = "--target",
      defaultValue = "varve",
      description = "What it is: ${COMPLETION-CANDIDATES}.")
  private LoadTarget target = LoadTarget.VARVE;

  @Option(names = "--name", description = "What the results are of; the target if left out.")
  private @Nullable String name;

  @Option(
      names = "--workload",
      defaultValue = "get-put",
      description = "What a request does: ${COMPLETION-CANDIDATES}.")
  private LoadWorkload workload = LoadWorkload.GET_PUT;

  @Option(
      names = "--connections",
      split = ",",
      defaultValue = "1,32,128",
      description = "Connections at once, one run for each number.")
  private List<Integer> connections = List.of();

  @Option(names = "--rounds", defaultValue = "1", description = "How often to go through them.")
  private int rounds;

  @Option(names = "--seconds", defaultValue = "10", description = "Length of a run.")
  private int seconds;

  @Option(names = "--warmup", defaultValue = "5", description = "Seconds before each run.")
  private int warmup;

  @Option(names = "--keys", defaultValue = "100000", description = "Keys; requests pick at random.")
  private int keys;

  @Option(names = "--value-bytes", defaultValue = "64", description = "Length of values.")
  private int valueBytes;

  @Option(names = "--batch", defaultValue = "100", description = "Entries of a bulk request.")
  private int batch;

  @Option(names = "--skip-load", description = "The keys are there: do not write them first.")
  private boolean skipLoad;

  @Option(
      names = "--server-pid",
      description = "Process of the server, to show what CPU time it used.")
  private @Nullable Long serverPid;

  @Option(names = "--json", description = "File to write the results to.")
  private @Nullable Path json;

  @Option(names = "--csv", description = "File to append the results to, a row for each run.")
  private @Nullable Path csv;

  @Option(names = "--help", usageHelp = true, description = "Show this.")
  private boolean help;

  @Spec private CommandSpec spec;

  private final PrintStream out;

  private HttpLoad(PrintStream out) {
    this.out = out;
  }

  /** Runs the command and returns its exit code. */
  public static int run(PrintStream out, String... args) {
    return new CommandLine(new HttpLoad(out))
        .setParameterExceptionHandler(
            (e, _) -> {
              e.getCommandLine().getErr().println(e.getMessage());
              e.getCommandLine().getErr().println("Option --help shows all that there is.");
              return CommandLine.ExitCode.USAGE;
            })
        .setExecutionExceptionHandler(
            (e, command, _) -> {
              command.getErr().println("The run ended: " + e.getMessage());
              return CommandLine.ExitCode.SOFTWARE;
            })
        .execute(args);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    checkOptions();
    List<String> arguments = spec.commandLine().getParseResult().originalArgs();
    RunEnvironment environment = RunEnvironment.current("http", arguments);
    LoadRun load = open();
    if (!skipLoad) {
      long started = System.nanoTime();
      load.preload();
      double took = (System.nanoTime() - started) / (double) Window.NANOS_PER_SECOND;
      out.printf("%,d keys written in %.1f s%n", keys, took);
    }
    out.printf(
        "%s on %s at %s, %,d keys, values of %,d bytes%n%n",
        workload, target, url, keys, valueBytes);
    List<LoadResult> results = runAll(load, environment);
    if (json != null) {
      writeJson(json, environment, results);
    }
    return results.stream().allMatch(result -> result.failed() == 0) ? 0 : 1;
  }

  private List<LoadResult> runAll(LoadRun load, RunEnvironment environment)
      throws IOException, InterruptedException {
    List<LoadResult> results = new ArrayList<>();
    LoadTable table = new LoadTable(out);
    table.header();
    for (int round = 1; round <= rounds; round++) {
      for (int count : connections) {
        LoadResult result = load.run(workload, count, round, warmup, seconds);
        results.add(result);
        table.row(result);
        if (csv != null) {
          new CsvFile(csv).append(csvRow(environment, result));
        }
      }
    }
    table.footer();
    return results;
  }

  private LoadRun open() {
    int port = url.getPort() < 0 ? 80 : url.getPort();
    InetSocketAddress address = new InetSocketAddress(url.getHost(), port);
    require(!address.isUnresolved(), "--url: " + url.getHost() + " has no address.");
    Entries entries = new Entries(keys, valueBytes);
    return new LoadRun(
        address, url.getRawAuthority(), System.getenv(TOKEN), target, entries, batch, serverPid);
  }

  private void checkOptions() {
    require(
        "http".equals(url.getScheme()) && url.getHost() != null && url.getRawUserInfo() == null,
        "--url must be http://host:port.");
    require(
        url.getRawPath().isEmpty() || url.getRawPath().equals("/"),
        "--url must have no path: the target decides on it.");
    for (int count : connections) {
      requireBetween("--connections", count, 1, 10_000);
    }
    requireBetween("--rounds", rounds, 1, 1_000);
    requireBetween("--seconds", seconds, 1, 86_400);
    requireBetween("--warmup", warmup, 0, 86_400);
    requireBetween("--value-bytes", valueBytes, 1, 8 << 20);
    requireBetween("--batch", batch, 1, 10_000);
    requireBetween("--keys", keys, batch, Entries.MAX_KEYS);
  }

  private void requireBetween(String option, int given, int min, int max) {
    require(given >= min && given <= max, option + " must be " + min + " to " + max + ".");
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  private Map<String, Object> csvRow(RunEnvironment environment, LoadResult result) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("time", environment.time());
    row.put("target", name == null ? target : name);
    row.put("workload", workload);
    row.put("connections", result.connections());
    row.put("round", result.round());
    row.put("requests_per_second", result.requestsPerSecond());
    row.put("entries_per_second", result.entriesPerSecond());
    row.put("conflicts", result.conflicts());
    row.put("failures", result.failed());
    row.put("closed_by_server", result.closedByServer());
    put(row, "service", result.service());
    put(row, "corrected", result.corrected());
    row.put("client_cpu_seconds", result.clientCpuSeconds());
    row.put(
        "server_cpu_seconds", result.serverCpuSeconds() == null ? "" : result.serverCpuSeconds());
    row.put("seconds", result.seconds());
    row.put("keys", keys);
    row.put("value_bytes", valueBytes);
    row.put("processor", environment.processor());
    row.put("cores", environment.cores());
    row.put("memory_mebibytes", environment.memoryMebibytes());
    row.put("system", environment.system());
    row.put("jvm", environment.jvm());
    row.put("command", environment.command());
    return row;
  }

  private static void put(Map<String, Object> row, String name, Percentiles percentiles) {
    row.put(name + "_p50_ms", percentiles.p50());
    row.put(name + "_p90_ms", percentiles.p90());
    row.put(name + "_p99_ms", percentiles.p99());
    row.put(name + "_p99.9_ms", percentiles.p999());
    row.put(name + "_max_ms", percentiles.max());
  }

  private void writeJson(Path path, RunEnvironment environment, List<LoadResult> results) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("environment", environment);
    document.put("target", target.toString());
    document.put("workload", workload.toString());
    document.put("keys", keys);
    document.put("valueBytes", valueBytes);
    document.put("results", results);
    JsonMapper.builder()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValue(path.toFile(), document);
  }
}
