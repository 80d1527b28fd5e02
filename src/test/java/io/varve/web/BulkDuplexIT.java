package io.varve.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client that reads nothing before it has sent everything, and for longer than the server waits
 * for one that takes nothing of its answer.
 */
@VarveServer
@TestPropertySource(
    properties = {
      "varve.wal.enabled=false",
      "server.tomcat.connection-timeout=1s",
      "varve.batch.min-chunk=1",
      "varve.batch.max-chunk=1",
      "varve.batch.initial-min=1",
      "varve.batch.initial-max=1"
    })
@Timeout(120)
final class BulkDuplexIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** They, and the lines of the answer, are more than all buffers between the two ends hold. */
  private static final int LINES = 120_000;

  private static final String VALUE = "x".repeat(200);

  @LocalServerPort private int port;

  @Test
  void clientThatReadsLast_doesNotHoldUpTheLoad() throws IOException {
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(1 << 16);
      socket.setSoTimeout(60_000);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
      String line = "{\"put\":{\"key\":\"same\",\"value\":\"" + VALUE + "\"}}\n";
      out.write(
          ("POST /v1/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                  + "Connection: close\r\nContent-Length: "
                  + (long) LINES * line.length()
                  + "\r\n\r\n")
              .getBytes(UTF_8));
      byte[] bytes = line.getBytes(UTF_8);
      for (int i = 0; i < LINES; i++) {
        out.write(bytes);
      }
      out.flush();

      checkAnswer(new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)));
    }
  }

  private static void checkAnswer(BufferedReader in) throws IOException {
    long operations = 0;
    long chunkLines = 0;
    boolean done = false;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.startsWith("{")) {
        continue;
      }
      JsonNode json = JSON.readTree(line);
      if (json.has("chunk")) {
        operations += json.get("operations").asLong();
        chunkLines++;
      } else {
        done = json.get("done").asBoolean();
        assertThat(json.get("operations").asLong()).isEqualTo(LINES);
        assertThat(json.get("chunks").asLong()).isEqualTo(LINES);
      }
    }
    assertThat(done).isTrue();
    assertThat(operations).isEqualTo(LINES);
    assertThat(chunkLines).as("the buffers were full").isLessThan(LINES);
  }
}
