package io.varve.bench.http;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * CPU seconds used since each process began, or between two moments.
 *
 * @param clientSeconds of this process
 * @param serverSeconds of the server; null where its process was not named
 */
record CpuTimes(double clientSeconds, @Nullable Double serverSeconds) {
  private static final double NANOS_PER_SECOND = Window.NANOS_PER_SECOND;

  /** Up to now. Throws {@link IllegalStateException} where the system does not tell. */
  static CpuTimes now(@Nullable Long serverPid) {
    var bean = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    double client = bean.getProcessCpuTime() / NANOS_PER_SECOND;
    return new CpuTimes(client, serverPid == null ? null : secondsOf(serverPid));
  }

  private static double secondsOf(long pid) {
    Optional<Duration> used =
        ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration());
    return used.map(duration -> duration.toNanos() / NANOS_PER_SECOND)
        .orElseThrow(() -> new IllegalStateException("No CPU time of process " + pid + "."));
  }

  CpuTimes minus(CpuTimes earlier) {
    return new CpuTimes(
        clientSeconds - earlier.clientSeconds,
        serverSeconds == null || earlier.serverSeconds == null
            ? null
            : serverSeconds - earlier.serverSeconds);
  }
}
