package io.varve.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A CSV file to which runs append rows. */
public final class CsvFile {
  private final Path path;

  /** The file need not exist. */
  public CsvFile(Path path) {
    this.path = path;
  }

  /**
   * Appends a row of names and values, the names first if the file is new. Throws if the file has
   * other columns.
   */
  public void append(Map<String, ?> row) throws IOException {
    String header = line(List.copyOf(row.keySet()));
    boolean isNew = !Files.exists(path) || Files.size(path) == 0;
    if (!isNew) {
      try (var lines = Files.lines(path)) {
        if (!header.equals(lines.findFirst().orElse(""))) {
          throw new IOException(path + " has other columns; name another file.");
        }
      }
    }
    String rows = (isNew ? header + "\n" : "") + line(List.copyOf(row.values())) + "\n";
    Files.writeString(path, rows, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static String line(List<?> cells) {
    return cells.stream().map(CsvFile::cell).collect(Collectors.joining(","));
  }

  private static String cell(Object value) {
    String text =
        value instanceof Double number ? String.format(Locale.ROOT, "%.4f", number) : "" + value;
    boolean isPlain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return isPlain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
