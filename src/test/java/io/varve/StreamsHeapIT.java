package io.varve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A million entries go in as one body and come out as one, through a server with little heap: what
 * it keeps does not depend on the length of either.
 */
@Timeout(300)
final class StreamsHeapIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int ENTRIES = 1_000_000;
  private static final String VALUE = "x".repeat(100);
  private static final long MIB = 1 << 20;

  /**
   * What the server may keep with the settings below, however much is loaded: the entries alone
   * would take 300 MiB of its heap, and as much again as text.
   */
  private static final long STORE_BYTES = 220 * MIB;

  /** What an answer may keep in addition, of whose body there are 150 MiB. */
  private static final long STREAM_BYTES = 32 * MIB;

  @TempDir private static Path temp;

  @Test
  void millionEntries_inAndOut() throws Exception {
    try (ServerProcess server =
        ServerProcess.start(
            temp,
            "server",
            List.of("-Xmx512m", "-XX:+UseSerialGC"),
            "--varve.flush.max-bytes=48MB",
            "--varve.overlay.max-bytes=96MB",
            "--varve.cache.max-bytes=32MB")) {
      load(server);
      scan(server);
      cancelLoad(server);
      cancelScan(server);
      assertThat(server.api().put("/v1/kv/after", "v").status()).isEqualTo(201);
      assertThat(server.log()).doesNotContain("OutOfMemoryError");
    }
  }

  private static String line(int number) {
    return String.format(Locale.ROOT, "{\"put\":{\"key\":\"entry/%010d\",\"value\":\"", number)
        + VALUE
        + "\"}}\n";
  }

  private static Socket connect(ServerProcess server) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout((int) ServerProcess.PATIENCE.toMillis());
    return socket;
  }

  private static OutputStream beginLoad(Socket socket) throws IOException {
    OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    long length = (long) ENTRIES * line(0).length();
    out.write(
        ("POST /v1/bulk?expected="
                + ENTRIES
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                + "Connection: close\r\nContent-Length: "
                + length
                + "\r\n\r\n")
            .getBytes(UTF_8));
    return out;
  }

  private static void send(OutputStream out, int from, int to) throws IOException {
    for (int number = from; number < to; number++) {
      out.write(line(number).getBytes(UTF_8));
    }
    out.flush();
  }

  private static void load(ServerProcess server) throws Exception {
    try (Socket socket = connect(server)) {
      OutputStream out = beginLoad(socket);
      send(out, 0, ENTRIES / 2);
      assertThat(liveHeap(server)).as("in the middle of a load").isLessThan(STORE_BYTES);
      send(out, ENTRIES / 2, ENTRIES);
      assertThat(liveHeap(server)).as("towards the end of a load").isLessThan(STORE_BYTES);
      BufferedReader in = reader(socket);
      String last = "";
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        last = line.startsWith("{") ? line : last;
      }
      JsonNode done = JSON.readTree(last);
      assertThat(done.get("done").asBoolean()).as(last).isTrue();
      assertThat(done.get("operations").asInt()).isEqualTo(ENTRIES);
    }
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
  }

  /** In HTTP 1.0, so that the body is not in chunks, which could end in the middle of a line. */
  private static BufferedReader beginScan(Socket socket) throws IOException {
    String request =
        "GET /v1/entries?prefix=entry/ HTTP/1.0\r\nAccept: application/x-ndjson\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(UTF_8));
    BufferedReader in = reader(socket);
    assertThat(in.readLine()).contains(" 200");
    String header = in.readLine();
    while (header != null && !header.isEmpty()) {
      header = in.readLine();
    }
    return in;
  }

  private static void read(BufferedReader in, int from, int to) throws IOException {
    for (int number = from; number < to; number++) {
      String start = String.format(Locale.ROOT, "{\"key\":\"entry/%010d\",", number);
      assertThat(in.readLine()).startsWith(start);
    }
  }

  private static void scan(ServerProcess server) throws Exception {
    // A flush of the server's own may be running.
    await()
        .atMost(ServerProcess.PATIENCE)
        .until(() -> server.api().post("/v1/admin/flush", "").status() == 200);
    long before = liveHeap(server);
    try (Socket socket = connect(server)) {
      BufferedReader in = beginScan(socket);
      read(in, 0, ENTRIES / 2);
      assertThat(liveHeap(server) - before).as("in the middle").isLessThan(STREAM_BYTES);
      read(in, ENTRIES / 2, ENTRIES);
      assertThat(in.readLine()).isNull();
    }
  }

  private static void cancelLoad(ServerProcess server) throws Exception {
    try (Socket socket = connect(server)) {
      send(beginLoad(socket), 0, ENTRIES / 10);
    }
    awaitIdle(server);
  }

  private static void cancelScan(ServerProcess server) throws Exception {
    try (Socket socket = connect(server)) {
      read(beginScan(socket), 0, ENTRIES / 10);
    }
    awaitIdle(server);
    assertThat(server.api().get("/v1/status").json().get("openSnapshots").asInt()).isZero();
  }

  /** Returns when the request that asks is the only one. */
  private static void awaitIdle(ServerProcess server) {
    await()
        .atMost(ServerProcess.PATIENCE)
        .until(() -> metric(server, "http.server.requests.active") == 1);
  }

  private static long metric(ServerProcess server, String path) throws IOException {
    JsonNode metric = server.api().get("/actuator/metrics/" + path).json();
    return metric.get("measurements").get(0).get("value").asLong();
  }

  /** Bytes of the server's heap that are not garbage. */
  private static long liveHeap(ServerProcess server) throws IOException, InterruptedException {
    server.collectGarbage();
    return metric(server, "jvm.memory.used?tag=area:heap");
  }
}
