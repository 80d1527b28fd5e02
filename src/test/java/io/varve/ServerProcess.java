package io.varve;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.web.Api;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The server as a process of its own, for tests that stop, kill or measure it. */
public final class ServerProcess implements AutoCloseable {
  /** How long anything may take that a passing test waits for. */
  public static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final String PORT_SETTING = "--server.port=";
  private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

  private final Process process;
  private final Path logFile;

  private ServerProcess(Process process, Path logFile) {
    this.process = process;
    this.logFile = logFile;
  }

  /**
   * Starts a server, on a free port unless the settings name one, and waits until it serves.
   *
   * @param directory holds the store, in {@code data}, and the log of the process
   * @param name of the log; unique in the directory
   * @param jvmArguments for instance {@code -Xmx256m}
   * @param arguments settings, for instance {@code --varve.flush.interval=1h}
   */
  public static ServerProcess start(
      Path directory, String name, List<String> jvmArguments, String... arguments)
      throws IOException {
    ServerProcess server = launch(directory, name, jvmArguments, arguments);
    try {
      return server.awaitStarted();
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  /** Like {@link #start}, but does not wait. */
  public static ServerProcess launch(
      Path directory, String name, List<String> jvmArguments, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(javaTool("java"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:TieredStopAtLevel=1"); // starts sooner
    command.addAll(jvmArguments);
    command.add("-cp");
    command.add(classPath());
    command.add(VarveApplication.class.getName());
    command.add("--varve.data-dir=" + directory.resolve("data"));
    List<String> settings = List.of(arguments);
    if (settings.stream().noneMatch(setting -> setting.startsWith(PORT_SETTING))) {
      command.add(PORT_SETTING + "0");
    }
    command.addAll(settings);
    Path log = Files.writeString(directory.resolve(name + ".log"), "", StandardCharsets.UTF_8);
    return new ServerProcess(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start(),
        log);
  }

  /**
   * A port below those that the system gives to whoever connects: while the server is down, nobody
   * else may get it.
   */
  public static int portThatStaysFree() {
    int first = 20_000 + (int) (ProcessHandle.current().pid() % 10_000);
    for (int port = first; ; port++) {
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (IOException _) {
        // Somebody listens there.
      }
    }
  }

  static String javaTool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  /** Without the tests, whose helpers the server would pick up. */
  static String classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(all.split(File.pathSeparator, -1))
        .filter(entry -> !Path.of(entry).endsWith("test-classes"))
        .collect(joining(File.pathSeparator));
  }

  /** Returns once it serves; fails if it ends instead. */
  public ServerProcess awaitStarted() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .failFast(() -> !process.isAlive())
        .until(this::findPort, found -> found > 0);
    return this;
  }

  private int findPort() throws IOException {
    Matcher matcher = PORT.matcher(log());
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  /** Where it listens, once it is started. */
  public int port() throws IOException {
    int port = findPort();
    assertThat(port).as("the server has not started").isPositive();
    return port;
  }

  /** A client of it. */
  public Api api() throws IOException {
    return new Api(port());
  }

  /** What it has logged so far. */
  public String log() throws IOException {
    return Files.readString(logFile);
  }

  /** Ends it as {@code kill -9} does, and waits for that. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks it to stop. */
  public void terminate() {
    process.destroy();
  }

  /** Waits until it has ended; its exit code. */
  public int awaitExit() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as("the server has not ended")
        .isTrue();
    return process.exitValue();
  }

  /** Has its virtual machine collect all garbage. */
  public void collectGarbage() throws IOException, InterruptedException {
    Process command =
        new ProcessBuilder(javaTool("jcmd"), Long.toString(process.pid()), "GC.run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(command.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(command.exitValue()).isZero();
  }

  /** Kills it if it has not ended. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
