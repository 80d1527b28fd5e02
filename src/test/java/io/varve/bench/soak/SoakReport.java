package io.varve.bench.soak;

import com.google.errorprone.annotations.FormatMethod;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;

/** Writes a result as Markdown. Pure. */
final class SoakReport {
  private static final double MICROS_PER_MS = 1_000;

  private static final String JUDGING =
      """
      The first sixth of a run, two samples at least, is its warm-up. RSS slope, p99 drift and \
      handles are judged from 20 samples of a second or more after it on; otherwise they are only \
      reported. The slope is taken over the second half of the run. Whatever the limit, a rise by \
      5 % of the mean over that half is allowed, since memory comes and goes; in a run of a day \
      that is less than the usual limit. In a short run, of which less than half an hour is judged, \
      the slope may be a rise by 20 %, since heap and caches are still filling, and the drift may \
      exceed its limit by two standard errors of the difference between the two medians.\
      """;

  private final SoakResult result;
  private final StringBuilder text = new StringBuilder();

  private SoakReport(SoakResult result) {
    this.result = result;
  }

  /**
   * The report.
   *
   * @param environment what the run depends on beside the code, by name
   * @param charts file names of the charts, which lie beside it
   */
  static String markdown(
      SoakResult result, Map<String, String> environment, Collection<String> charts) {
    SoakReport report = new SoakReport(result);
    report.appendVerdict();
    report.appendRun(environment);
    report.appendWork();
    report.appendUpkeep();
    report.appendDetails("Wrong answers", result.wrongAnswers(), result.wrongDetails());
    long errors = result.errors().values().stream().mapToLong(Long::longValue).sum();
    report.appendDetails("Errors", errors, result.errorDetails());
    charts.forEach(chart -> report.add("![%s](%s)\n\n", chart.replace(".svg", ""), chart));
    return report.text.toString().stripTrailing() + "\n";
  }

  private void appendVerdict() {
    add("# Soak test: %s\n\n", result.isPassed() ? "PASS" : "FAIL");
    add("| | Measured | Limit | Verdict | |\n|---|---:|---:|---|---|\n");
    for (Finding finding : result.findings()) {
      add(
          "| %s | %s | %s | %s | %s |\n",
          finding.name(),
          finding.measured(),
          finding.limit(),
          finding.judgement().name().replace('_', ' '),
          finding.note());
    }
    add("\n%s\n\n", JUDGING);
  }

  private void appendRun(Map<String, String> environment) {
    SoakSettings settings = result.settings();
    add("## Run\n\n| | |\n|---|---|\n");
    row("target", result.target());
    row("duration", clock(settings.duration()));
    row("threads", Integer.toString(settings.threads()));
    row("shared keys", number(settings.keys()));
    row("prefix of all keys", settings.prefix());
    row("seed", Long.toString(settings.seed()));
    environment.forEach(this::row);
    add("\n");
  }

  private void appendWork() {
    long operations = result.samples().stream().mapToLong(Sample::operations).sum();
    double seconds = result.samples().stream().mapToDouble(Sample::seconds).sum();
    add("## Work\n\n");
    add(
        "%s operations, %s a second; %s conflicts.\n\n",
        number(operations),
        number(Math.round(seconds == 0 ? 0 : operations / seconds)),
        number(result.conflicts()));
    add("| Kind | Done | p50 ms | p99 ms | p99.9 ms | max ms |\n|---|---:|---:|---:|---:|---:|\n");
    result.kinds().forEach(this::appendKind);
    add("\n");
  }

  private void appendKind(Kind kind, Latency latency) {
    add(
        "| %s | %s | %.3f | %.3f | %.3f | %.1f |\n",
        kind.title(),
        number(latency.count()),
        latency.p50Micros() / MICROS_PER_MS,
        latency.p99Micros() / MICROS_PER_MS,
        latency.p999Micros() / MICROS_PER_MS,
        latency.maxMicros() / MICROS_PER_MS);
  }

  private void appendUpkeep() {
    UpkeepCounts upkeep = result.upkeep();
    CheckpointCounts checkpoints = result.checkpoints();
    add("## Beside the work\n\n| | |\n|---|---|\n");
    row("restarts under load", number(result.restarts()));
    row("calls refused meanwhile", number(result.refusals()));
    row("flushes", number(upkeep.flushes()));
    row("prunes", number(upkeep.prunes()));
    row("versions pruned", number(upkeep.prunedVersions()));
    row("failed flushes and prunes", number(upkeep.failures()));
    row(
        "checkpoints",
        checkpoints == null
            ? "skipped: this target makes none"
            : checkpoints.created()
                + " made, "
                + checkpoints.verified()
                + " verified, "
                + checkpoints.deleted()
                + " deleted");
    add("\n");
  }

  private void appendDetails(String title, long count, Collection<String> details) {
    if (count == 0) {
      return;
    }
    add("## %s\n\n%s; the first of them:\n\n", title, number(count));
    details.forEach(detail -> add("- `%s`\n", detail.replace('`', '\'').replace('\n', ' ')));
    add("\n");
  }

  private void row(String name, String value) {
    add("| %s | %s |\n", name, value);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value).replace(',', ' ');
  }

  /** Hours, minutes and seconds. */
  static String clock(Duration duration) {
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d",
        duration.toHours(),
        duration.toMinutesPart(),
        duration.toSecondsPart());
  }

  @FormatMethod
  private void add(String pattern, Object... arguments) {
    text.append(String.format(Locale.ROOT, pattern, arguments));
  }
}
