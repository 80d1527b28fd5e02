package io.varve.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process takes of physical memory, as Linux tells it. */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String LINE = "VmRSS:";
  private static final int BYTES_PER_KB = 1024;

  private ResidentMemory() {}

  /** Bytes; not a number where nobody tells. */
  static double bytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(LINE)) {
          String kilobytes = line.substring(LINE.length()).replace("kB", "").strip();
          return Double.parseDouble(kilobytes) * BYTES_PER_KB;
        }
      }
    } catch (IOException _) {
      // There is no such file on other systems.
    }
    return Double.NaN;
  }
}
