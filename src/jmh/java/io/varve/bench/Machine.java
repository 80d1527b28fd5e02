package io.varve.bench;

import com.sun.management.OperatingSystemMXBean;
import io.varve.storage.rocksdb.RocksDbLibrary;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.RocksDB;

/**
 * What was measured on.
 *
 * @param cores that this process may use
 * @param commit of the sources, with {@code +changes} where some were not committed
 * @param fileSystem of the stores
 */
record Machine(
    int cores,
    String cpu,
    long memoryBytes,
    String os,
    String jvm,
    String rocksDb,
    String commit,
    String fileSystem) {
  private static final String UNKNOWN = "unknown";

  static Machine describe(RunDirectory directory) throws IOException, InterruptedException {
    RocksDbLibrary.load();
    var os = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        processor(),
        os.getTotalMemorySize(),
        os.getName() + " " + os.getVersion() + " " + os.getArch(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
        RocksDB.rocksdbVersion().toString(),
        readCommit(),
        directory.fileSystem());
  }

  /** The model of the processor, as far as the system tells. */
  static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(UNKNOWN);
    } catch (IOException _) {
      return UNKNOWN;
    }
  }

  /** Of the repository that the jar was built in. */
  private static String readCommit() throws InterruptedException {
    try {
      String commit = git("rev-parse", "HEAD");
      return git("status", "--porcelain", "--untracked-files=no").isEmpty()
          ? commit
          : commit + "+changes";
    } catch (IOException _) {
      return UNKNOWN;
    }
  }

  private static String git(String... arguments) throws IOException, InterruptedException {
    Path jar = Path.of(System.getProperty("java.class.path")).toAbsolutePath();
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Process git =
        new ProcessBuilder(command)
            .directory(jar.getParent().toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (git.waitFor() != 0) {
      throw new IOException("git failed");
    }
    return output.strip();
  }
}
