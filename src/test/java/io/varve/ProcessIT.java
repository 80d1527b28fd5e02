package io.varve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.web.Api;
import io.varve.web.Api.Answer;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process of its own: killed, stopped, started again. */
final class ProcessIT {
  private static final Duration PATIENCE = ServerProcess.PATIENCE;

  @TempDir private Path temp;
  private final List<ServerProcess> started = new ArrayList<>();

  @AfterEach
  void endProcesses() throws InterruptedException {
    for (ServerProcess server : started) {
      server.kill();
    }
  }

  @Test
  void kill_losesNothingThatWasAcknowledged() throws Exception {
    ServerProcess first = start("first");
    long revision = first.api().put("/v1/kv/kept", "v", "Content-Type", "text/plain").revision();
    first.kill();

    ServerProcess second = start("second");
    Answer get = second.api().get("/v1/kv/kept");
    assertThat(get.status()).isEqualTo(200);
    assertThat(get.body()).isEqualTo("v");
    assertThat(get.header("Content-Type")).isEqualTo("text/plain");
    assertThat(get.etag()).isEqualTo("\"" + get.storeId() + "-" + revision + "\"");
    assertThat(second.api().put("/v1/kv/next", "v").revision()).isGreaterThan(revision);
  }

  @Test
  void kill_leavesNoNewTemporaryFilesEachTime() throws Exception {
    Path temporary = Files.createDirectory(temp.resolve("tmp"));
    List<String> arguments = List.of("-Djava.io.tmpdir=" + temporary);
    ServerProcess.start(temp, "first", arguments).kill();
    List<Path> left = tree(temporary);
    assertThat(left).anyMatch(path -> path.toString().contains("librocksdb"));

    ServerProcess.start(temp, "second", arguments).kill();
    assertThat(tree(temporary)).isEqualTo(left);
  }

  private static List<Path> tree(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.sorted().toList();
    }
  }

  @Test
  void terminate_flushesAndExitsWithZero() throws Exception {
    ServerProcess first =
        start("first", "--spring.profiles.active=wal-off", "--varve.flush.interval=1h");
    Answer put = first.api().put("/v1/kv/kept", "v");
    first.terminate();
    assertThat(first.awaitExit()).isZero();
    assertThat(first.log()).contains("Store closed at revision " + put.revision());

    ServerProcess second = start("second", "--spring.profiles.active=wal-off");
    Answer get = second.api().get("/v1/kv/kept");
    assertThat(get.body()).isEqualTo("v");
    assertThat(get.storeId()).isEqualTo(put.storeId());
    assertThat(get.revision()).isEqualTo(put.revision());
  }

  @Test
  void terminate_finishesRunningRequests() throws Exception {
    ServerProcess server = start("first");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      OutputStream out = socket.getOutputStream();
      out.write(
          "PUT /v1/kv/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\nabc"
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      await().atMost(PATIENCE).until(() -> activeRequests(server.api()) > 1);
      server.terminate();
      await().atMost(PATIENCE).until(() -> server.log().contains("Commencing graceful shutdown"));
      out.write("def".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 201").contains("\"created\":true");
    }
    assertThat(server.awaitExit()).isZero();
    assertThat(start("second").api().get("/v1/kv/slow").body()).isEqualTo("abcdef");
  }

  /** A connection that was idle sends a request while others are being finished. */
  @Test
  void terminate_refusesNewRequests_onOpenConnections() throws Exception {
    ServerProcess server = start("first");
    try (Socket running = connect(server);
        Socket idle = connect(server)) {
      send(running, "PUT /v1/kv/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\nabc");
      send(idle, "GET /v1/limits HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(idle.getInputStream().read()).isEqualTo('H');
      await().atMost(PATIENCE).until(() -> activeRequests(server.api()) > 1);
      idle.getInputStream().skipNBytes(idle.getInputStream().available());
      server.terminate();
      await().atMost(PATIENCE).until(() -> server.log().contains("Commencing graceful shutdown"));
      send(idle, "GET /v1/kv/new HTTP/1.1\r\nHost: localhost\r\n\r\n");
      String refused = new String(idle.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!refused.isEmpty()) { // the server may have closed a connection that was idle
        assertThat(refused).startsWith("HTTP/1.1 503").contains("SHUTTING_DOWN");
      }
      send(running, "def");
      assertThat(new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 201");
    }
    assertThat(server.awaitExit()).isZero();
  }

  private static Socket connect(ServerProcess server) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  @Test
  void secondProcess_isRefused() throws Exception {
    ServerProcess first = start("first");
    ServerProcess second = launch("second");
    assertThat(second.awaitExit()).isEqualTo(1);
    assertThat(second.log())
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

  private ServerProcess start(String name, String... arguments) throws IOException {
    return launch(name, arguments).awaitStarted();
  }

  private ServerProcess launch(String name, String... arguments) throws IOException {
    ServerProcess server = ServerProcess.launch(temp, name, List.of("-Xmx256m"), arguments);
    started.add(server);
    return server;
  }
}
