package io.varve.bench;

import io.varve.model.Durability;
import io.varve.model.Key;
import io.varve.model.StoreId;
import io.varve.model.Value;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import io.varve.txn.AdaptiveBatchReport;
import io.varve.txn.AdaptiveBatchSettings;
import io.varve.txn.AdaptiveBatchWriter;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.TransactionSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code adaptive-batch}: bulk writes whose chunks follow the throughput.
 *
 * <p>Every run has a new store and stops its clock at the last acknowledgement. The amounts stay
 * below the threshold of a flush.
 */
@Command(
    name = "java -jar benchmarks.jar adaptive-batch",
    sortOptions = false,
    showDefaultValues = true,
    description = "Writes entries in chunks whose size follows the throughput.",
    footer = {
      "",
      "Environment: VARVE_BATCH_INITIAL_CHUNK (or _INITIAL_MIN and _INITIAL_MAX), _MIN_CHUNK,",
      "_MAX_CHUNK, _MAX_BYTES, _TARGET_RSD, _ADJUST_UP, _ADJUST_DOWN, _WINDOW, as the service",
      "takes them; INITIAL_CHUNK is short for the two bounds of the first chunk."
    })
final class AdaptiveBatchBenchmark implements Callable<Integer> {
  private static final int[] AMOUNTS = {10_000, 50_000, 100_000};
  private static final List<Durability> DURABILITIES =
      List.of(Durability.SYNC_ON_INTERVAL, Durability.FLUSH_ONLY);
  private static final int KEY_BYTES = 16;
  private static final int VALUE_BYTES = 256;
  private static final int PERCENT = 100;
  private static final double NANOS_PER_MS = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final String COLUMNS = "%9s %4s %5s %11s %10s %7s %12s %11s %10s %7s %11s%n";

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Runs of each kind, after one more.")
  private int rounds;

  @Option(names = "--csv", description = "File to append a row to for each run.")
  private @Nullable Path csv;

  @Option(names = "--help", usageHelp = true, description = "Show this.")
  private boolean help;

  @Spec private CommandSpec spec;

  private final PrintStream out;
  private final Map<String, String> environment;

  private AdaptiveBatchBenchmark(PrintStream out, Map<String, String> environment) {
    this.out = out;
    this.environment = environment;
  }

  /** One bulk write. */
  private record Run(
      Instant time, int entries, boolean wal, long elapsedNanos, AdaptiveBatchReport report) {
    double elapsedMs() {
      return elapsedNanos / NANOS_PER_MS;
    }

    double rate() {
      return entries * NANOS_PER_SECOND / elapsedNanos;
    }
  }

  /** Runs the command and returns its exit code. */
  static int run(PrintStream out, Map<String, String> environment, String... args) {
    return new CommandLine(new AdaptiveBatchBenchmark(out, environment))
        .setParameterExceptionHandler(
            (e, _) -> {
              e.getCommandLine().getErr().println(e.getMessage());
              e.getCommandLine().getErr().println("Option --help shows all that there is.");
              return CommandLine.ExitCode.USAGE;
            })
        .execute(args);
  }

  @Override
  public Integer call() throws IOException {
    if (rounds < 1) {
      throw new ParameterException(spec.commandLine(), "--rounds must be 1 or more.");
    }
    AdaptiveBatchSettings settings = settings();
    out.println(settings);
    header();
    for (int round = 0; round <= rounds; round++) {
      for (int entries : AMOUNTS) {
        for (Durability durability : DURABILITIES) {
          Run run = run(settings, entries, durability);
          if (round > 0) {
            row(round, run);
            append(settings, run);
          }
        }
      }
    }
    out.println("Rates are in entries a second; average, deviation and RSD are over the window.");
    return CommandLine.ExitCode.OK;
  }

  private AdaptiveBatchSettings settings() {
    try {
      return BatchVariables.settings(environment);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static Run run(AdaptiveBatchSettings settings, int entries, Durability durability)
      throws IOException {
    List<Key> keys = new ArrayList<>(entries);
    List<Value> values = new ArrayList<>(entries);
    fill(keys, values, entries);
    Path directory = Files.createTempDirectory("varve-bench");
    try (MvccTransactionManager manager = open(directory, durability, settings)) {
      Instant time = Instant.now().truncatedTo(ChronoUnit.MILLIS);
      long started = System.nanoTime();
      AdaptiveBatchWriter writer = manager.bulkWriter(entries, null);
      for (int i = 0; i < entries; i++) {
        writer.put(keys.get(i), values.get(i));
      }
      AdaptiveBatchReport report = writer.finish();
      long elapsed = System.nanoTime() - started;
      return new Run(time, entries, durability.usesLog(), elapsed, report);
    } finally {
      delete(directory);
    }
  }

  private static void fill(List<Key> keys, List<Value> values, int entries) {
    SplittableRandom random = new SplittableRandom(entries);
    for (long i = 0; i < entries; i++) {
      keys.add(Key.wrap(ByteBuffer.allocate(KEY_BYTES).putLong(Long.BYTES, i).array()));
      byte[] value = new byte[VALUE_BYTES];
      random.nextBytes(value);
      values.add(Value.wrap(value, null));
    }
  }

  private static MvccTransactionManager open(
      Path directory, Durability durability, AdaptiveBatchSettings batch) {
    MvccStore store =
        MvccStore.open(
            RocksDbStorageService.open(RocksDbSettings.defaults(directory.resolve("db"))),
            MvccSettings.defaults(directory).with(durability),
            InstantSource.system(),
            StoreId.of(1),
            MvccListener.NONE);
    TransactionSettings defaults = TransactionSettings.DEFAULTS;
    TransactionSettings settings =
        new TransactionSettings(
            defaults.limits(),
            defaults.maxAttempts(),
            defaults.syncInterval(),
            defaults.stallTimeout(),
            defaults.commitTimeout(),
            batch);
    return MvccTransactionManager.start(store, settings, System::nanoTime);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void header() {
    out.printf(
        Locale.ROOT,
        COLUMNS,
        "entries",
        "wal",
        "round",
        "elapsed ms",
        "rate",
        "chunks",
        "final chunk",
        "average",
        "deviation",
        "RSD %",
        "best rate");
  }

  private void row(int round, Run run) {
    AdaptiveBatchReport report = run.report();
    out.printf(
        Locale.ROOT,
        COLUMNS,
        run.entries(),
        run.wal() ? "on" : "off",
        round,
        String.format(Locale.ROOT, "%.1f", run.elapsedMs()),
        rate(run.rate()),
        report.chunks(),
        report.finalChunk(),
        rate(report.windowRate()),
        rate(report.standardDeviation()),
        String.format(Locale.ROOT, "%.1f", report.rsd() * PERCENT),
        rate(report.bestRate()));
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, "%,.0f", perSecond);
  }

  private void append(AdaptiveBatchSettings settings, Run run) throws IOException {
    if (csv == null) {
      return;
    }
    AdaptiveBatchReport report = run.report();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("time", run.time());
    row.put("entries", run.entries());
    row.put("wal", run.wal() ? "on" : "off");
    row.put("elapsed_ms", run.elapsedMs());
    row.put("rate", run.rate());
    row.put("chunks", report.chunks());
    row.put("final_chunk", report.finalChunk());
    row.put("window_average", report.windowRate());
    row.put("standard_deviation", report.standardDeviation());
    row.put("rsd_percent", report.rsd() * PERCENT);
    row.put("best_rate", report.bestRate());
    row.put("min_chunk", settings.minChunk());
    row.put("max_chunk", settings.maxChunk());
    row.put("initial_min", settings.initialMin());
    row.put("initial_max", settings.initialMax());
    row.put("max_bytes", settings.maxBytes());
    row.put("target_rsd", settings.targetRsd());
    row.put("adjust_up", settings.adjustUp());
    row.put("adjust_down", settings.adjustDown());
    row.put("window", settings.window());
    new CsvFile(csv).append(row);
  }
}
