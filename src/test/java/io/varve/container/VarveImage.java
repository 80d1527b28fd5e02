package io.varve.container;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;

/**
 * The image as the {@code Dockerfile} makes it of the jar in {@code target}, by the command that a
 * user gives. It is built once a run.
 */
final class VarveImage {
  private static final String NAME = "varve:under-test";

  /** As {@code docker/base-images} makes them, where no registry can be reached. */
  private static final String LOCAL_BUILD_IMAGE = "varve-jdk:25";

  private static final String LOCAL_RUNTIME_IMAGE = "varve-debian:12";
  private static final Path LOG = Path.of("target", "image-build.log");
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final int LAST_CHARACTERS = 2_000;

  private static @Nullable String built;

  private VarveImage() {}

  /**
   * Its name, for a container engine.
   *
   * @throws ImageUnavailableException if it cannot be built
   */
  static synchronized String name() {
    if (built == null) {
      try {
        build();
      } catch (IOException e) {
        throw new ImageUnavailableException("The image cannot be built: " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ImageUnavailableException("The build of the image was interrupted.");
      }
      built = NAME;
    }
    return built;
  }

  private static void build() throws IOException, InterruptedException {
    requireJar();
    List<String> command = new ArrayList<>(List.of("docker", "build", "--tag", NAME));
    if (isLocal(LOCAL_BUILD_IMAGE) && isLocal(LOCAL_RUNTIME_IMAGE)) {
      command.addAll(List.of("--build-arg", "BUILD_IMAGE=" + LOCAL_BUILD_IMAGE));
      command.addAll(List.of("--build-arg", "RUNTIME_IMAGE=" + LOCAL_RUNTIME_IMAGE));
    }
    command.add(".");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(LOG.toFile()).start();
    boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    if (!ended || process.exitValue() != 0) {
      String log = Files.readString(LOG, StandardCharsets.UTF_8);
      throw new ImageUnavailableException(
          "The image cannot be built; where no registry can be reached, docker/base-images makes"
              + " what it is built on. It ended with: "
              + log.substring(Math.max(0, log.length() - LAST_CHARACTERS)));
    }
  }

  private static void requireJar() throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of("target"), "varve-*.jar")) {
      for (Path jar : jars) {
        if (!jar.toString().endsWith("-client.jar")) {
          return;
        }
      }
    }
    throw new ImageUnavailableException("There is no jar to make the image of: ./mvnw package");
  }

  private static boolean isLocal(String image) {
    try {
      DockerClientFactory.lazyClient().inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException _) {
      return false;
    }
  }
}
