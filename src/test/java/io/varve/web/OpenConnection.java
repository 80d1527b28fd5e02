package io.varve.web;

import io.varve.RawMessage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A connection whose client sends and reads as slowly as it likes, or leaves without a word. */
final class OpenConnection implements AutoCloseable {
  private static final int PATIENCE_MS = 60_000;
  private static final int RECEIVE_BYTES = 4 << 10;

  private final Socket socket = new Socket();
  private final InputStream in;

  OpenConnection(int port) throws IOException {
    socket.setReceiveBufferSize(RECEIVE_BYTES); // a client that does not read takes no more
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MS);
    socket.setSoTimeout(PATIENCE_MS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Sends these bytes as they are. */
  void send(String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends a whole request. */
  void request(String method, String target, String body) throws IOException {
    begin(method, target, body.length());
    send(body);
  }

  /** Sends the headers of a request with a body of so many bytes. */
  void begin(String method, String target, int bodyBytes) throws IOException {
    send(
        method
            + " "
            + target
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
            + bodyBytes
            + "\r\n\r\n");
  }

  /** The next answer; null where the server has closed the connection. */
  @Nullable RawMessage answer(String method) throws IOException {
    return RawMessage.readAnswer(in, method);
  }

  /** Sends a whole request; its answer. */
  RawMessage exchange(String method, String target, String body) throws IOException {
    request(method, target, body);
    RawMessage answer = answer(method);
    if (answer == null) {
      throw new IOException("the server has closed the connection");
    }
    return answer;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
