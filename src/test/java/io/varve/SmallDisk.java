package io.varve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A file system of a few megabytes, in memory. Tests are skipped where none can be mounted. */
final class SmallDisk {
  private final Path path;

  private SmallDisk(Path path) {
    this.path = path;
  }

  /** Mounts one at {@code path}, which is made. */
  static SmallDisk mount(Path path, int megabytes) throws IOException, InterruptedException {
    Files.createDirectory(path);
    String size = "size=" + megabytes + "m";
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", size, "tmpfs", path.toString()) == 0,
        "No file system can be mounted here: a test of a full disk needs root, as in a container"
            + " with CAP_SYS_ADMIN.");
    return new SmallDisk(path);
  }

  /** Text that the engine cannot make smaller. */
  static String incompressible(int length) {
    byte[] bytes = new byte[length / 2];
    new SplittableRandom(1).nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  /** Takes it away; nobody may use it any more. */
  void unmount() throws IOException, InterruptedException {
    run("umount", path.toString());
  }
}
