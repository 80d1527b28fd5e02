package io.varve.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * All that was measured of a workload.
 *
 * @param rounds that counted
 * @param seconds of a round at least, or 0 where it ends with its work
 * @param entries of a store that a round fills, or 0 where the stores stay the same
 */
record Comparison(
    String workload, String durability, int rounds, int seconds, int entries, List<Row> rows) {

  /**
   * One system at one number of threads.
   *
   * @param perSecond commits or entries a second, up to the last acknowledgement
   * @param flushedPerSecond entries a second until all are where they stay, or null
   * @param varveTimes how often as fast Varve is, by the medians; null without Varve
   */
  record Row(
      String system,
      int threads,
      Spread perSecond,
      @Nullable Spread startedOverPerSecond,
      @Nullable Spread flushedPerSecond,
      @Nullable Latency latency,
      @Nullable Double varveTimes,
      @Nullable Double varveTimesFlushed,
      Map<String, String> settings,
      List<Round> all) {}

  /** Medians over the rounds, in microseconds. */
  record Latency(double p50Micros, double p99Micros, double p999Micros) {
    static @Nullable Latency of(List<Round> rounds) {
      Spread p50 = Spread.of(rounds, round -> micros(round, Round.Latency::p50Micros));
      Spread p99 = Spread.of(rounds, round -> micros(round, Round.Latency::p99Micros));
      Spread p999 = Spread.of(rounds, round -> micros(round, Round.Latency::p999Micros));
      return p50 == null || p99 == null || p999 == null
          ? null
          : new Latency(p50.median(), p99.median(), p999.median());
    }

    private static @Nullable Double micros(Round round, ToDoubleFunction<Round.Latency> figure) {
      Round.Latency latency = round.latency();
      return latency == null ? null : figure.applyAsDouble(latency);
    }
  }

  /** The rounds of one system at one number of threads. */
  record Series(ContenderKind kind, int threads, Map<String, String> settings, List<Round> rounds) {
    Spread perSecond() {
      return Objects.requireNonNull(Spread.of(rounds, Round::perSecond));
    }

    @Nullable Spread flushedPerSecond() {
      return Spread.of(rounds, Round::flushedPerSecond);
    }

    private Row row(@Nullable Series varve) {
      return new Row(
          kind.label,
          threads,
          perSecond(),
          Spread.of(rounds, Round::startedOverPerSecond),
          flushedPerSecond(),
          Latency.of(rounds),
          ratio(varve == null ? null : varve.perSecond(), perSecond()),
          ratio(varve == null ? null : varve.flushedPerSecond(), flushedPerSecond()),
          settings,
          rounds);
    }

    private static @Nullable Double ratio(@Nullable Spread varve, @Nullable Spread peer) {
      return varve == null || peer == null ? null : varve.median() / peer.median();
    }
  }

  /** Sets each series beside Varve at as many threads, or else beside the best of Varve. */
  static List<Row> rows(List<Series> all) {
    return all.stream().map(series -> series.row(varve(all, series.threads()))).toList();
  }

  private static @Nullable Series varve(List<Series> all, int threads) {
    List<Series> varve =
        all.stream().filter(series -> series.kind() == ContenderKind.VARVE).toList();
    Comparator<Series> fastest =
        Comparator.comparingDouble((Series series) -> series.perSecond().median());
    return varve.stream()
        .filter(series -> series.threads() == threads && varve.size() > 1)
        .findFirst()
        .or(() -> varve.stream().max(fastest))
        .orElse(null);
  }

  /** Whether a row is the fastest of its system. */
  boolean isBest(Row row) {
    return rows.stream()
        .filter(other -> other.system().equals(row.system()))
        .allMatch(other -> other.perSecond().median() <= row.perSecond().median());
  }
}
