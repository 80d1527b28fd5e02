package io.varve.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The commands for Docker in {@code README.md} work, one after the other, as they are written. */
@ContainerTest
final class ReadmeContainerIT {
  private static final Path DOCUMENT = Path.of("README.md");
  private static final String SECTION = "## In a container\n";
  private static final String FENCE = "```";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** So that nothing of whoever works here is touched, and no port that is taken is asked for. */
  private final String own = "varve-readme-" + UUID.randomUUID();

  @AfterEach
  void removeWhatWasMade() throws Exception {
    shell("docker rm -f -v " + own + " ; docker volume rm " + own + "-data");
  }

  @Test
  void commands_work() throws Exception {
    List<String> commands = commands();
    assertThat(commands).hasSize(5);
    assertThat(commands.get(0)).as("what has made the jar").startsWith("./mvnw ");
    assertThat(commands.get(1))
        .as("as the image under test is built")
        .isEqualTo("docker build -t varve .");
    for (String command : commands.subList(2, commands.size())) {
      String run = asOwn(command);
      if (command.startsWith("docker exec")) {
        await().atMost(PATIENCE).untilAsserted(() -> shell(run)); // it takes a moment to start
      } else {
        shell(run);
      }
    }
    assertThat(shell("docker inspect -f '{{.State.ExitCode}}' " + own)).isEqualTo("0\n");
  }

  private String asOwn(String command) {
    return command
        .replace("--name varve ", "--name " + own + " ")
        .replace("127.0.0.1:8080:8080", "127.0.0.1:0:8080")
        .replace("varve-data:", own + "-data:")
        .replaceAll(" varve$", " " + (command.startsWith("docker run") ? VarveImage.name() : own))
        .replace("exec varve ", "exec " + own + " ");
  }

  private static List<String> commands() throws IOException {
    String text = Files.readString(DOCUMENT);
    int section = text.indexOf(SECTION);
    assertThat(section).isPositive();
    int start = text.indexOf('\n', text.indexOf(FENCE, section)) + 1;
    return text.substring(start, text.indexOf(FENCE, start)).lines().toList();
  }

  /** What it prints; it must end with 0. */
  private static String shell(String command) throws IOException, InterruptedException {
    Process shell = new ProcessBuilder("bash", "-c", command).redirectErrorStream(true).start();
    String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(printed).isTrue();
    assertThat(shell.exitValue()).as("%s: %s", command, printed).isZero();
    return printed;
  }
}
