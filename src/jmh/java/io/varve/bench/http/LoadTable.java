package io.varve.bench.http;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/** Prints results, a row for each as soon as it is there. */
final class LoadTable {
  private static final String COLUMNS =
      "%11s %5s %12s %12s %9s %9s  %-9s %9s %9s %9s %9s %9s %11s %11s%n";

  private final PrintStream out;

  LoadTable(PrintStream out) {
    this.out = out;
  }

  void header() {
    out.printf(
        Locale.ROOT,
        COLUMNS,
        "connections",
        "round",
        "requests/s",
        "entries/s",
        "conflicts",
        "failures",
        "times, ms",
        "p50",
        "p90",
        "p99",
        "p99.9",
        "max",
        "client CPU",
        "server CPU");
  }

  void row(LoadResult result) {
    out.printf(
        Locale.ROOT,
        COLUMNS,
        result.connections(),
        result.round(),
        rate(result.requestsPerSecond()),
        rate(result.entriesPerSecond()),
        result.conflicts(),
        result.failed(),
        "service",
        ms(result.service().p50()),
        ms(result.service().p90()),
        ms(result.service().p99()),
        ms(result.service().p999()),
        ms(result.service().max()),
        seconds(result.clientCpuSeconds()),
        result.serverCpuSeconds() == null ? "-" : seconds(result.serverCpuSeconds()));
    Percentiles corrected = result.corrected();
    out.printf(
        Locale.ROOT,
        COLUMNS,
        "",
        "",
        "",
        "",
        "",
        "",
        "corrected",
        ms(corrected.p50()),
        ms(corrected.p90()),
        ms(corrected.p99()),
        ms(corrected.p999()),
        ms(corrected.max()),
        "",
        "");
    for (Map.Entry<String, Long> failure : result.failures().entrySet()) {
      out.printf(Locale.ROOT, "%11s %,d x %s%n", "", failure.getValue(), failure.getKey());
    }
    if (result.closedByServer() > 0) {
      out.printf(
          Locale.ROOT,
          "%11s the server closed %,d connections after an answer%n",
          "",
          result.closedByServer());
    }
  }

  void footer() {
    out.print(
        """

        Times are those of a closed loop: each connection sends the next request when the answer to the
        last has come. "service" is from sending a request to its whole answer; while the server is slow,
        few requests are sent, so stalls count for less than users would feel. "corrected" adds the
        requests that a sender at the connection's mean interval would have sent meanwhile (HdrHistogram's
        correction for coordinated omission). Times and rates are of good answers; failures include the
        warm-up. Connecting again is not in the times. CPU is in seconds, over the time measured.
        """);
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, "%,.0f", perSecond);
  }

  private static String ms(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
