package io.varve.bench.http;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Keeps all connections busy from one thread until the window is over. */
final class EventLoop {
  /*
   * One thread with a selector, since the client shares the machine with the server. A blocking thread
   * for each connection took about a third more CPU a request, and two selectors as much; with threads
   * the scheduler also served a few connections again and again while others waited, so that the same
   * server showed a p99 several times as long.
   */
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LAST_ANSWERS_SECONDS = 10;
  private static final long SELECT_MS = 20;

  private final Selector selector;
  private final List<Connection> connections;
  private final Window window;

  /** Connections to be opened again, the first to come first. */
  private final Deque<Retry> retries = new ArrayDeque<>();

  private record Retry(Connection connection, long dueNanos) {}

  private EventLoop(Selector selector, List<Connection> connections, Window window) {
    this.selector = selector;
    this.connections = connections;
    this.window = window;
  }

  /** Runs until the last answer has come, or ten seconds passed without it; then closes all. */
  static void run(List<Connection> connections, Window window) throws IOException {
    try (Selector selector = Selector.open()) {
      new EventLoop(selector, connections, window).run();
    } finally {
      for (Connection connection : connections) {
        if (connection.isWaiting()) {
          connection.fail("no answer within " + LAST_ANSWERS_SECONDS + " s of the end");
        }
        connection.close();
      }
    }
  }

  private void run() throws IOException {
    for (Connection connection : connections) {
      open(connection);
    }
    long giveUpNanos = window.endNanos() + TimeUnit.SECONDS.toNanos(LAST_ANSWERS_SECONDS);
    while (!window.isOver(System.nanoTime())
        || (connections.stream().anyMatch(Connection::isWaiting)
            && System.nanoTime() - giveUpNanos < 0)) {
      selector.select(this::serve, SELECT_MS);
      retryFailed();
    }
  }

  private void open(Connection connection) {
    try {
      send(connection, connection.connect(selector));
    } catch (IOException e) {
      failed(connection, e);
    }
  }

  private void send(Connection connection, SelectionKey key) throws IOException {
    if (!connection.send()) {
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
  }

  private void serve(SelectionKey key) {
    Connection connection = (Connection) key.attachment();
    try {
      if (key.isWritable() && connection.sendRest()) {
        key.interestOps(SelectionKey.OP_READ);
      }
      if (key.isReadable() && connection.receive()) {
        next(connection, key);
      }
    } catch (IOException e) {
      failed(connection, e);
    }
  }

  private void next(Connection connection, SelectionKey key) throws IOException {
    if (window.isOver(System.nanoTime())) {
      key.cancel();
    } else if (connection.isOpen()) {
      send(connection, key);
    } else {
      open(connection);
    }
  }

  private void failed(Connection connection, IOException e) {
    connection.fail(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    retries.add(new Retry(connection, System.nanoTime() + RETRY_NANOS));
  }

  private void retryFailed() {
    long now = System.nanoTime();
    while (!retries.isEmpty() && retries.getFirst().dueNanos() - now <= 0) {
      Connection connection = retries.removeFirst().connection();
      if (!window.isOver(now)) {
        open(connection);
      }
    }
  }
}
