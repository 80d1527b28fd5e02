package io.varve;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between clients and a server and drops one answer in so many: the server has done its
 * work, and the client sees its connection closed instead of the answer.
 */
final class DroppingProxy implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int BACKLOG = 200;

  private final int serverPort;
  private final int oneIn;
  private final Random random;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger answers = new AtomicInteger();
  private final AtomicInteger dropped = new AtomicInteger();
  private final AtomicInteger replayed = new AtomicInteger();

  /** Listens on a free port of this machine. */
  DroppingProxy(int serverPort, int oneIn, long seed) throws IOException {
    this.serverPort = serverPort;
    this.oneIn = oneIn;
    this.random = new Random(seed);
    this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("proxy").start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Answers of the server. */
  int answers() {
    return answers.get();
  }

  /** Those that no client saw. */
  int dropped() {
    return dropped.get();
  }

  /** Those that the server had given before. */
  int replayed() {
    return replayed.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException _) {
        // It is closed.
      }
    }
  }

  /** Carries requests and answers to and fro, one at a time, until one side ends. */
  private void serve(Socket client) {
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
      open.add(client);
      server.setSoTimeout((int) PATIENCE.toMillis());
      server.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
      InputStream requests = new BufferedInputStream(client.getInputStream());
      InputStream replies = new BufferedInputStream(server.getInputStream());
      boolean goesOn = true;
      while (goesOn) {
        RawMessage request = RawMessage.readRequest(requests);
        if (request == null) {
          return;
        }
        server.getOutputStream().write(request.bytes());
        RawMessage answer = RawMessage.readAnswer(replies, request.method());
        goesOn = answer != null && pass(answer, client);
      }
    } catch (IOException _) {
      // One of them is gone; the other one finds its connection closed.
    } finally {
      open.remove(client);
    }
  }

  /** Whether the connection goes on. */
  private boolean pass(RawMessage answer, Socket client) throws IOException {
    answers.incrementAndGet();
    if (answer.header("Idempotency-Replayed").equals("true")) {
      replayed.incrementAndGet();
    }
    if (random.nextInt(oneIn) == 0) {
      dropped.incrementAndGet();
      return false;
    }
    client.getOutputStream().write(answer.bytes());
    return !answer.isLast();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket client : open) {
      client.close();
    }
  }
}
