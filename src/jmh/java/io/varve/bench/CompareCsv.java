package io.varve.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes one line per round. No field holds a comma, so none is quoted. */
final class CompareCsv {
  private static final String HEADER =
      "workload,system,threads,round,seconds,per_second,started_over_per_second,flushed_per_second,"
          + "p50_us,p99_us,p999_us,max_us";

  private CompareCsv() {}

  static void write(Path file, List<Comparison> comparisons) throws IOException {
    List<String> lines = new ArrayList<>(List.of(HEADER));
    for (Comparison comparison : comparisons) {
      for (Comparison.Row row : comparison.rows()) {
        for (int i = 0; i < row.all().size(); i++) {
          lines.add(line(comparison.workload(), row, i + 1, row.all().get(i)));
        }
      }
    }
    Files.write(file, lines);
  }

  private static String line(String workload, Comparison.Row row, int number, Round round) {
    Round.Latency latency = round.latency();
    Stream<@Nullable Object> fields =
        Stream.of(
            workload,
            row.system(),
            row.threads(),
            number,
            round.seconds(),
            round.perSecond(),
            round.startedOverPerSecond(),
            round.flushedPerSecond(),
            latency == null ? null : latency.p50Micros(),
            latency == null ? null : latency.p99Micros(),
            latency == null ? null : latency.p999Micros(),
            latency == null ? null : latency.maxMicros());
    return fields
        .map(field -> field == null ? "" : field.toString())
        .collect(Collectors.joining(","));
  }
}
