package io.varve.bench.soak;

import io.varve.bench.RunDirectory;
import io.varve.bench.RunEnvironment;
import io.varve.model.Durability;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Works on a store for as long as one likes, and knows every right answer. */
@CommandLine.Command(
    name = "soak",
    sortOptions = false,
    description = {
      "Works on a store for as long as one likes, and knows every right answer.",
      "",
      "The store is in this process, and is closed and opened again under load; or it is that of a"
          + " running service. A run ends with soak-report.md, soak-report.csv and charts.",
      "",
      "For a trend of memory that means something, give the JVM all of its heap at once:",
      "  java -Xms2g -Xmx2g -XX:+AlwaysPreTouch -jar benchmarks.jar soak --duration 24h"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:PASS: no wrong answer, no error but conflicts, and all within the limits",
      "1:FAIL",
      "2:an option that makes no sense"
    })
public final class SoakCommand implements Callable<Integer> {
  private static final int BASE = 36;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @CommandLine.Option(
      names = "--duration",
      required = true,
      converter = DurationConverter.class,
      paramLabel = "TIME",
      description = "How long, for instance 60s, 10m or 24h.")
  private Duration duration;

  @CommandLine.Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "A running service, for instance http://localhost:8080. What is written there stays,"
              + " below a prefix that the report names. Default: a store in this process.")
  private @Nullable URI url;

  @CommandLine.Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Where that store is. Default: a new temporary one, which is removed.")
  private @Nullable Path directory;

  @CommandLine.Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "soak",
      description = "Where report, samples and charts go. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @CommandLine.Option(
      names = "--interval",
      converter = DurationConverter.class,
      paramLabel = "TIME",
      description = "Between two samples. Default: a sixtieth of the run, 1s to 60s.")
  private @Nullable Duration interval;

  @CommandLine.Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "8",
      description = "Threads that work. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @CommandLine.Option(
      names = "--keys",
      paramLabel = "N",
      defaultValue = "10000",
      description =
          "Keys that all threads overwrite; each has some of its own as well."
              + " Default: ${DEFAULT-VALUE}.")
  private int keys;

  @CommandLine.Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of what each thread chooses to do. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @CommandLine.Option(
      names = "--durability",
      converter = DurabilityConverter.class,
      paramLabel = "MODE",
      defaultValue = "sync-on-commit",
      description =
          "sync-on-commit, sync-on-interval or flush-only, of a store in this process."
              + " Default: ${DEFAULT-VALUE}.")
  private Durability durability;

  @CommandLine.Option(
      names = "--max-rss-slope-mb-per-hour",
      paramLabel = "MB",
      defaultValue = "5",
      description =
          "How fast resident memory may grow in the second half of the run; Infinity only reports."
              + " A rise by 5 %% of the mean is always allowed, in short runs by 20 %%. Default:"
              + " ${DEFAULT-VALUE}.")
  private double maxRssSlopeMbPerHour;

  @CommandLine.Option(
      names = "--max-p99-drift-percent",
      paramLabel = "PERCENT",
      defaultValue = "20",
      description =
          "How much longer the 99th percentile may be in the last third than in the middle third;"
              + " Infinity only reports. Default: ${DEFAULT-VALUE}.")
  private double maxP99DriftPercent;

  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this and exit.")
  private boolean help;

  /** Reads a duration. */
  static final class DurationConverter implements CommandLine.ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        return SoakDuration.parse(text);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(e.getMessage());
      }
    }
  }

  /** Reads a durability as it is written in lower case with hyphens. */
  static final class DurabilityConverter implements CommandLine.ITypeConverter<Durability> {
    @Override
    public Durability convert(String text) {
      for (Durability each : Durability.values()) {
        if (each.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
          return each;
        }
      }
      throw new CommandLine.TypeConversionException(
          "'" + text + "' is none of sync-on-commit, sync-on-interval and flush-only.");
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    validate();
    RunEnvironment environment =
        RunEnvironment.current("", spec.commandLine().getParseResult().originalArgs());
    SoakPlan plan = SoakPlan.of(duration);
    if (interval != null) {
      plan = plan.sampling(interval);
    }
    String prefix = "soak-" + Long.toString(environment.time().toEpochMilli(), BASE) + "/";
    SoakLimits limits = new SoakLimits(maxRssSlopeMbPerHour, maxP99DriftPercent);
    SoakSettings settings = new SoakSettings(duration, plan, threads, keys, seed, prefix, limits);
    SoakOutput output = SoakOutput.in(out);
    SampleCsv csv = output.csv();
    SoakResult result;
    try (SoakTarget target = open(plan)) {
      result = SoakRun.run(settings, target, System.out::println, csv);
    }
    Path report = output.write(result, describe(environment));
    System.out.printf("%s, see %s%n", result.isPassed() ? "PASS" : "FAIL", report);
    return result.isPassed() ? 0 : 1;
  }

  private void validate() {
    require(threads > 0, "--threads must be at least 1.");
    require(keys > 0, "--keys must be at least 1.");
    require(maxRssSlopeMbPerHour > 0, "--max-rss-slope-mb-per-hour must be above 0.");
    require(maxP99DriftPercent > 0, "--max-p99-drift-percent must be above 0.");
    require(url == null || directory == null, "Give --url or --directory, not both.");
  }

  private void require(boolean isRight, String otherwise) {
    if (!isRight) {
      throw refuse(otherwise);
    }
  }

  private CommandLine.ParameterException refuse(String why) {
    return new CommandLine.ParameterException(spec.commandLine(), why);
  }

  private SoakTarget open(SoakPlan plan) throws IOException {
    if (url != null) {
      try {
        return HttpTarget.connect(url);
      } catch (IllegalArgumentException | ServiceCalls.RefusedException e) {
        throw refuse("--url does not name a service that answers: " + e.getMessage());
      }
    }
    Path store =
        directory != null
            ? directory
            : RunDirectory.in(Path.of(System.getProperty("java.io.tmpdir"))).next();
    Files.createDirectories(store);
    return EmbeddedTarget.open(store, durability, plan);
  }

  private static Map<String, String> describe(RunEnvironment environment) {
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("started", environment.time().toString());
    rows.put("command", environment.command());
    rows.put("processor", environment.processor() + ", " + environment.cores() + " cores");
    rows.put("memory", environment.memoryMebibytes() + " MiB");
    rows.put("system", environment.system());
    rows.put("JVM", environment.jvm());
    return rows;
  }
}
