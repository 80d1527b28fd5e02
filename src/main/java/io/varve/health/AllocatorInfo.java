package io.varve.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/**
 * Which allocator serves the native memory, in {@code /actuator/info}: with that of the C library a
 * process may grow far above its budget, which is the first thing to ask about.
 */
public final class AllocatorInfo implements InfoContributor {
  private final String allocator;

  /**
   * @param maps the memory map of this process, {@code /proc/self/maps} on Linux; read once, since
   *     an allocator does not change
   */
  public AllocatorInfo(Path maps) {
    this.allocator = allocator(maps);
  }

  private static String allocator(Path maps) {
    try (Stream<String> lines = Files.lines(maps)) {
      return lines.anyMatch(line -> line.contains("libjemalloc")) ? "jemalloc" : "system";
    } catch (IOException _) {
      return "unknown"; // no Linux
    }
  }

  @Override
  public void contribute(Info.Builder builder) {
    builder.withDetail("memory", Map.of("allocator", allocator));
  }
}
