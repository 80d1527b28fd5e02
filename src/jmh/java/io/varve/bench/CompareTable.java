package io.varve.bench;

import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints what was compared, a table for each workload. */
final class CompareTable {
  private final PrintStream out;

  CompareTable(PrintStream out) {
    this.out = out;
  }

  void print(Comparison comparison) {
    String seconds = comparison.seconds() > 0 ? " of " + comparison.seconds() + " s" : "";
    String entries =
        comparison.entries() > 0
            ? String.format(Locale.ROOT, ", %,d entries a store", comparison.entries())
            : "";
    line(
        "%n%s, %s (%d rounds%s%s; medians, least and most in brackets)",
        comparison.workload(), comparison.durability(), comparison.rounds(), seconds, entries);
    if (comparison.entries() > 0) {
      printBulk(comparison);
    } else {
      printIncrements(comparison);
    }
  }

  private void printIncrements(Comparison comparison) {
    line(
        "  %-14s %7s  %-32s %13s %9s %9s %9s  %s",
        "system",
        "threads",
        "committed/s",
        "startedover/s",
        "p50 us",
        "p99 us",
        "p99.9 us",
        "Varve is");
    for (Comparison.Row row : comparison.rows()) {
      Comparison.Latency latency = row.latency();
      Spread startedOver = row.startedOverPerSecond();
      line(
          "  %-14s %7d%s %-32s %13s %9s %9s %9s  %s",
          row.system(),
          row.threads(),
          comparison.isBest(row) ? " " : "-",
          spread(row.perSecond()),
          startedOver == null ? "" : number(startedOver.median()),
          latency == null ? "" : number(latency.p50Micros()),
          latency == null ? "" : number(latency.p99Micros()),
          latency == null ? "" : number(latency.p999Micros()),
          times(row, row.varveTimes()));
    }
    if (!comparison.rows().stream().allMatch(comparison::isBest)) {
      line("  - is not the best number of threads of its system");
    }
  }

  private void printBulk(Comparison comparison) {
    line(
        "  %-14s %-36s %-9s %-36s %s",
        "system", "acknowledged/s", "Varve is", "in place/s", "Varve is");
    for (Comparison.Row row : comparison.rows()) {
      Spread flushed = row.flushedPerSecond();
      line(
          "  %-14s %-36s %-9s %-36s %s",
          row.system(),
          spread(row.perSecond()),
          times(row, row.varveTimes()),
          flushed == null ? "" : spread(flushed),
          times(row, row.varveTimesFlushed()));
    }
  }

  private static String spread(Spread spread) {
    return number(spread.median())
        + " ["
        + number(spread.min())
        + ", "
        + number(spread.max())
        + "]";
  }

  private static String times(Comparison.Row row, @Nullable Double ratio) {
    boolean isVarve = row.system().equals(ContenderKind.VARVE.label);
    return ratio == null || isVarve ? "" : String.format(Locale.ROOT, "%.2f x", ratio);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%,.1f" : "%,.0f", value);
  }

  private void line(String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
  }
}
