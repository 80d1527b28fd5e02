package io.varve.bench.soak;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What this process takes, as the JVM and Linux tell it. Asks for no garbage collection. */
final class ProcessFigures {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final String RESIDENT = "VmRSS:";
  private static final long KIBIBYTE = 1024;

  private ProcessFigures() {}

  static long heapUsedBytes() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Null where there is no such file, as on other systems. */
  static @Nullable Long residentBytes() {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .map(ProcessFigures::kibibytes)
          .findFirst()
          .orElse(null);
    } catch (IOException _) {
      return null;
    }
  }

  private static Long kibibytes(String line) {
    String number = line.substring(RESIDENT.length()).replace("kB", "").strip();
    return Long.parseLong(number) * KIBIBYTE;
  }

  /** Null where there is no such directory. Counts the one that reads it, too. */
  static @Nullable Long fileDescriptors() {
    try (Stream<Path> files = Files.list(DESCRIPTORS)) {
      return files.count();
    } catch (IOException _) {
      return null;
    }
  }
}
