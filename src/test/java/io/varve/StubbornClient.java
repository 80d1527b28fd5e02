package io.varve;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of a few lines that sends a request again until it has an answer. For one thread. */
final class StubbornClient implements AutoCloseable {
  private static final long PAUSE_MS = 20;
  private static final Set<String> TRANSIENT =
      Set.of("IDEMPOTENCY_IN_PROGRESS", "TRANSACTION_BUSY");

  private final int port;
  private final Duration patience;
  private @Nullable Socket socket;
  private InputStream answers = InputStream.nullInputStream();

  /** Fails when a request has no answer for so long. */
  StubbornClient(int port, Duration patience) {
    this.port = port;
    this.patience = patience;
  }

  /**
   * Sends a request until something answers that does not ask for patience.
   *
   * @param headers whole lines
   */
  RawMessage send(String method, String target, String body, String... headers)
      throws InterruptedException {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n").append(body);
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      RawMessage answer = tryOnce(method, head.toString());
      if (answer != null) {
        return answer;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("no answer to " + method + " " + target);
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }
  }

  /** Null where it is worth another try. */
  private @Nullable RawMessage tryOnce(String method, String request) {
    try {
      Socket connected = socket;
      if (connected == null) {
        connected = new Socket(InetAddress.getLoopbackAddress(), port);
        socket = connected;
        connected.setTcpNoDelay(true);
        connected.setSoTimeout((int) patience.toMillis());
        answers = new BufferedInputStream(connected.getInputStream());
      }
      connected.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      RawMessage answer = RawMessage.readAnswer(answers, method);
      if (answer == null || answer.isLast()) {
        hangUp();
      }
      return answer == null || isTransient(answer) ? null : answer;
    } catch (IOException _) {
      hangUp();
      return null;
    }
  }

  private static boolean isTransient(RawMessage answer) throws IOException {
    return answer.status() == 429 || answer.status() == 503 || TRANSIENT.contains(answer.code());
  }

  private void hangUp() {
    Socket connected = socket;
    socket = null;
    if (connected != null) {
      try {
        connected.close();
      } catch (IOException _) {
        // It is of no use any more.
      }
    }
  }

  @Override
  public void close() {
    hangUp();
  }
}
