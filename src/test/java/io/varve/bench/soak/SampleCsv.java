package io.varve.bench.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a run as a CSV file, each written when it is taken, so that a run that is broken
 * off leaves them. A cell is empty where nothing told the number.
 */
final class SampleCsv implements Consumer<Sample> {
  private static final String HEADER =
      "elapsed_seconds,seconds,operations,operations_per_second,conflicts,errors,wrong_answers,"
          + "p50_micros,p99_micros,p999_micros,max_micros,heap_used_bytes,rss_bytes,"
          + "file_descriptors,native_handles,sst_bytes,revision\n";

  private final Path file;

  private SampleCsv(Path file) {
    this.file = file;
  }

  /** Begins the file anew. */
  static SampleCsv create(Path file) throws IOException {
    Files.writeString(file, HEADER);
    return new SampleCsv(file);
  }

  @Override
  public void accept(Sample sample) {
    try {
      Files.writeString(file, line(sample), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String line(Sample sample) {
    Latency latency = sample.latency();
    Figures figures = sample.figures();
    return String.format(
        Locale.ROOT,
        "%.1f,%.2f,%d,%.1f,%d,%d,%d,%d,%d,%d,%d,%s,%s,%s,%s,%s,%s\n",
        sample.elapsedSeconds(),
        sample.seconds(),
        sample.operations(),
        sample.perSecond(),
        sample.conflicts(),
        sample.errors(),
        sample.wrongAnswers(),
        latency.p50Micros(),
        latency.p99Micros(),
        latency.p999Micros(),
        latency.maxMicros(),
        cell(figures.heapUsedBytes()),
        cell(figures.residentBytes()),
        cell(figures.fileDescriptors()),
        cell(figures.openHandles()),
        cell(figures.sstBytes()),
        cell(figures.revision()));
  }

  private static String cell(@Nullable Long value) {
    return value == null ? "" : value.toString();
  }
}
