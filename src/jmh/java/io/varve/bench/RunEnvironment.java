package io.varve.bench;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

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
  private static final int MEBIBYTE_BITS = 20;

  /** Of this moment; {@code name} is the sub-command. */
  public static RunEnvironment current(String name, List<String> arguments) {
    var machine =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
    return new RunEnvironment(
        Instant.now().truncatedTo(ChronoUnit.MILLIS),
        Machine.processor(),
        Runtime.getRuntime().availableProcessors(),
        machine.getTotalMemorySize() >> MEBIBYTE_BITS,
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name")
            + (" " + Runtime.version() + " " + String.join(" ", options)).stripTrailing(),
        (name + " " + String.join(" ", arguments)).strip());
  }
}
