package io.varve.checkpoint;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code SHA256SUMS}: one line a file, sorted by path, as {@code sha256sum} writes and
 * checks them. It names every file of the checkpoint but itself.
 */
final class Sums {
  static final String NAME = "SHA256SUMS";

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  (\\S+)");

  private Sums() {}

  /** The content of the file for these sums by path. */
  static byte[] format(SortedMap<String, String> sums) {
    StringBuilder lines = new StringBuilder();
    sums.forEach((path, sum) -> lines.append(sum).append("  ").append(path).append('\n'));
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The sums by path, or null unless the content is, to the byte, what {@link #format} makes. */
  static @Nullable SortedMap<String, String> parse(byte[] content) {
    SortedMap<String, String> sums = new TreeMap<>();
    String text = new String(content, StandardCharsets.UTF_8);
    for (String line : text.lines().toList()) {
      Matcher fields = LINE.matcher(line);
      if (!fields.matches()) {
        return null;
      }
      sums.put(fields.group(2), fields.group(1));
    }
    return Arrays.equals(format(sums), content) ? sums : null;
  }

  /** The files below {@code root} by their path there, without this one. */
  static SortedMap<String, Path> files(Path root) {
    SortedMap<String, Path> files = new TreeMap<>();
    addFiles(root, "", files);
    files.remove(NAME);
    return files;
  }

  private static void addFiles(Path directory, String prefix, SortedMap<String, Path> files) {
    for (Path entry : Disk.list(directory)) {
      String path = prefix + Disk.name(entry);
      if (Disk.isDirectory(entry)) {
        addFiles(entry, path + "/", files);
      } else {
        files.put(path, entry);
      }
    }
  }
}
