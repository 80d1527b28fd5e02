package io.varve.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a figure depends on beside the code.
 *
 * @param time when the run began
 * @param processor its model, as far as the system tells
 * @param cores that this process may use
 * @param memoryMebibytes of the machine
 * @param system name and version of the operating system
 * @param jvm name and version of this JVM, and its options
 * @param command the arguments of this run
 */
public record RunEnvironment(
    Instant time,
    String processor,
    int cores,
    long memoryMebibytes,
    String system,
    String jvm,
    String command) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final int MEBIBYTE_BITS = 20;

  /** Of this moment; {@code name} is the sub-command. */
  public static RunEnvironment current(String name, List<String> arguments) {
    var machine =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
    return new RunEnvironment(
        Instant.now().truncatedTo(ChronoUnit.MILLIS),
        processorModel(),
        Runtime.getRuntime().availableProcessors(),
        machine.getTotalMemorySize() >> MEBIBYTE_BITS,
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name")
            + (" " + Runtime.version() + " " + String.join(" ", options)).stripTrailing(),
        (name + " " + String.join(" ", arguments)).strip());
  }

  private static String processorModel() {
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException _) {
      return System.getProperty("os.arch");
    }
  }
}
