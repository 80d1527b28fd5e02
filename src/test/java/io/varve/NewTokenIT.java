package io.varve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that makes a token, as a process of its own. */
final class NewTokenIT {
  @TempDir private Path temp;

  private record Ended(int status, String out, String err) {}

  private Ended run(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                ServerProcess.javaTool("java"),
                "-cp",
                ServerProcess.classPath(),
                VarveApplication.class.getName()));
    command.addAll(List.of(arguments));
    Path directory = Files.createDirectory(temp.resolve("directory"));
    Path out = temp.resolve("out");
    Path err = temp.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor(ServerProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).as("no store, no log").isEmpty();
    }
    return new Ended(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  @Test
  void token_isPrintedAndNothingElseIsDone() throws Exception {
    Ended ended = run("new-token", "billing", "--roles=reader,writer");
    assertThat(ended.status()).isZero();
    assertThat(ended.out())
        .containsPattern("(?m)^varve_[A-Za-z0-9_-]{43}$")
        .contains("billing:", "roles: [reader, writer]")
        .doesNotContain("INFO");
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void wrongUse_endsWithTwo() throws Exception {
    Ended ended = run("new-token", "--roles=owner");
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).startsWith("Usage: new-token");
  }
}
