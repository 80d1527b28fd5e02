package io.varve.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * A JVM of its own that does what it is told. While it has nothing to do it can be frozen, so that
 * what its store does in the background costs its own rounds and nobody else's. Used by one thread,
 * which must outlive it.
 */
final class WorkerProcess implements AutoCloseable {
  private static final int CLOSE_SECONDS = 60;

  private final Process process;
  private final Freezer freezer;
  private final BufferedWriter commands;
  private final BufferedReader answers;

  private WorkerProcess(Process process, Freezer freezer) {
    this.process = process;
    this.freezer = freezer;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts a JVM with these options on the class path of this one. */
  static WorkerProcess start(List<String> jvmOptions, Freezer freezer) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Dslf4j.internal.verbosity=ERROR");
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(BenchmarkMain.class.getName(), "worker"));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new WorkerProcess(process, freezer);
  }

  /** Continues the process, has it do {@code command}, and freezes it. */
  <T> T ask(Command command, Class<T> answer) throws IOException {
    freezer.thaw(process.pid());
    commands.write(Json.LINES.writeValueAsString(command));
    commands.newLine();
    commands.flush();
    String line = answers.readLine();
    if (line == null) {
      throw new IllegalStateException("a worker ended in the middle of " + command);
    }
    freezer.freeze(process.pid());
    Answer given = Json.LINES.readValue(line, Answer.class);
    JsonNode result = given.result();
    if (result == null) {
      throw new IllegalStateException("a worker failed at " + command + ": " + given.error());
    }
    return Json.LINES.treeToValue(result, answer);
  }

  /** Bytes of memory that the process has now. */
  long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    throw new IOException("the system does not tell the memory of process " + process.pid());
  }

  /** Ends the process as a power button would: nothing in it gets to run any more. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Ends the process by ending its input. Stores that are still open are not closed. */
  @Override
  public void close() {
    freezer.thaw(process.pid());
    try {
      commands.close();
    } catch (IOException _) {
      // It has ended already, and what it was asked has failed.
    }
    try {
      if (!process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
