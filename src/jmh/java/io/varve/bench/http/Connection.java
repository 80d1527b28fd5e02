package io.varve.bench.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection with one request at a time: the next is sent when the answer to the last has come.
 * Used by one thread.
 */
final class Connection implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int CONFLICT = 409;

  private final InetSocketAddress address;
  private final Request request;
  private final ExpectedAnswer expected;
  private final Tally tally;
  private final ResponseReader response = new ResponseReader();
  private @Nullable SocketChannel channel;
  private ByteBuffer unsent = ByteBuffer.allocate(0);
  private boolean waiting;
  private long sentNanos;

  Connection(InetSocketAddress address, Request request, ExpectedAnswer expected, Tally tally) {
    this.address = address;
    this.request = request;
    this.expected = expected;
    this.tally = tally;
  }

  /**
   * Connects for use with a selector; what is not sent or has not come is told by return values.
   */
  SelectionKey connect(Selector selector) throws IOException {
    connect();
    open().configureBlocking(false);
    return open().register(selector, SelectionKey.OP_READ, this);
  }

  /** Connects for use by a thread that waits. */
  void connect() throws IOException {
    close();
    SocketChannel opening = SocketChannel.open();
    channel = opening;
    opening.setOption(StandardSocketOptions.TCP_NODELAY, true);
    opening.socket().connect(address, CONNECT_TIMEOUT_MS);
  }

  /** Sends a request with keys at random; false if a part of it has yet to be sent. */
  boolean send() throws IOException {
    return send(request.next());
  }

  /** Sends a request with {@code firstKey} and those that follow it. */
  boolean sendStartingAt(int firstKey) throws IOException {
    return send(request.startingAt(firstKey));
  }

  private boolean send(ByteBuffer bytes) throws IOException {
    response.reset();
    unsent = bytes;
    waiting = true;
    sentNanos = System.nanoTime();
    return sendRest();
  }

  /** Sends what is left; false if that did not go all at once. */
  boolean sendRest() throws IOException {
    open().write(unsent);
    return !unsent.hasRemaining();
  }

  /** Takes in what has come; true when the answer is complete. Then it has been judged. */
  boolean receive() throws IOException {
    if (!response.readFrom(open())) {
      return false;
    }
    waiting = false;
    long receivedNanos = System.nanoTime();
    judge(receivedNanos);
    if (response.closes()) {
      tally.closed(receivedNanos);
      close();
    }
    return true;
  }

  private void judge(long receivedNanos) {
    int status = response.status();
    if (status == CONFLICT) {
      tally.conflict(sentNanos);
    } else if (status < 200 || status >= 300) {
      tally.failed("status " + status);
    } else if (!response.matches(expected, request.lastKey())) {
      tally.failed("status " + status + " with an unexpected body");
    } else {
      tally.good(sentNanos, receivedNanos);
    }
  }

  /** Counts a failure of the connection and gives it up. */
  void fail(String how) {
    tally.failed("connection: " + how);
    close();
  }

  /** Whether a request was sent, and its answer is not complete. */
  boolean isWaiting() {
    return waiting;
  }

  boolean isOpen() {
    return channel != null;
  }

  private SocketChannel open() {
    return Objects.requireNonNull(channel, "connect first");
  }

  @Override
  public void close() {
    SocketChannel closing = channel;
    channel = null;
    waiting = false;
    if (closing != null) {
      try {
        closing.close();
      } catch (IOException _) {
        // It was given up anyway.
      }
    }
  }
}
