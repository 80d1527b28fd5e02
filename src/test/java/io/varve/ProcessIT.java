package io.varve;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.web.Api;
import io.varve.web.Api.Answer;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process of its own: killed, stopped, started again. */
final class ProcessIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

  @TempDir private Path temp;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endProcesses() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void kill_losesNothingThatWasAcknowledged() throws Exception {
    Server first = start("first");
    long revision = first.api().put("/v1/kv/kept", "v", "Content-Type", "text/plain").revision();
    first.process().destroyForcibly().waitFor();

    Server second = start("second");
    Answer get = second.api().get("/v1/kv/kept");
    assertThat(get.status()).isEqualTo(200);
    assertThat(get.body()).isEqualTo("v");
    assertThat(get.header("Content-Type")).isEqualTo("text/plain");
    assertThat(get.etag()).isEqualTo("\"" + get.storeId() + "-" + revision + "\"");
    assertThat(second.api().put("/v1/kv/next", "v").revision()).isGreaterThan(revision);
  }

  @Test
  void terminate_flushesAndExitsWithZero() throws Exception {
    Server first = start("first", "--spring.profiles.active=wal-off", "--varve.flush.interval=1h");
    Answer put = first.api().put("/v1/kv/kept", "v");
    first.process().destroy();
    assertThat(first.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(first.process().exitValue()).isZero();
    assertThat(first.log()).contains("Store closed at revision " + put.revision());

    Server second = start("second", "--spring.profiles.active=wal-off");
    Answer get = second.api().get("/v1/kv/kept");
    assertThat(get.body()).isEqualTo("v");
    assertThat(get.storeId()).isEqualTo(put.storeId());
    assertThat(get.revision()).isEqualTo(put.revision());
  }

  @Test
  void terminate_finishesRunningRequests() throws Exception {
    Server server = start("first");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      OutputStream out = socket.getOutputStream();
      out.write(
          "PUT /v1/kv/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\nabc"
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      await().atMost(PATIENCE).until(() -> activeRequests(server.api()) > 1);
      server.process().destroy();
      await().atMost(PATIENCE).until(() -> server.log().contains("Commencing graceful shutdown"));
      out.write("def".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 201").contains("\"created\":true");
    }
    assertThat(server.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(server.process().exitValue()).isZero();
    assertThat(start("second").api().get("/v1/kv/slow").body()).isEqualTo("abcdef");
  }

  @Test
  void secondProcess_isRefused() throws Exception {
    Server first = start("first");
    Process second = launch("second");
    assertThat(second.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(second.exitValue()).isEqualTo(1);
    assertThat(Files.readString(temp.resolve("second.log")))
        .contains("APPLICATION FAILED TO START")
        .contains("is open in another process.")
        .contains("Stop the other process");
    assertThat(first.api().put("/v1/kv/still", "here").status()).isEqualTo(201);
  }

  /** This one included. */
  private static int activeRequests(Api api) {
    Answer answer = api.get("/actuator/metrics/http.server.requests.active");
    return answer.json().get("measurements").get(0).get("value").asInt();
  }

  private record Server(Process process, Path logFile, int port, Api api) {
    String log() throws IOException {
      return Files.readString(logFile);
    }
  }

  private Server start(String name, String... arguments) throws IOException {
    Process process = launch(name, arguments);
    Path log = temp.resolve(name + ".log");
    int port =
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(50))
            .failFast(() -> !process.isAlive())
            .until(() -> portIn(log), found -> found > 0);
    return new Server(process, log, port, new Api(port));
  }

  private static int portIn(Path log) throws IOException {
    Matcher matcher = PORT.matcher(Files.readString(log));
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  /** Without the tests, whose helpers the server would pick up. */
  private static String classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(all.split(File.pathSeparator, -1))
        .filter(entry -> !Path.of(entry).endsWith("test-classes"))
        .collect(joining(File.pathSeparator));
  }

  private Process launch(String name, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Xmx256m");
    command.add("-XX:TieredStopAtLevel=1"); // starts sooner
    command.add("-cp");
    command.add(classPath());
    command.add(VarveApplication.class.getName());
    command.add("--varve.data-dir=" + temp.resolve("data"));
    command.add("--server.port=0");
    command.addAll(List.of(arguments));
    Path log = Files.writeString(temp.resolve(name + ".log"), "", StandardCharsets.UTF_8);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    started.add(process);
    return process;
  }
}
