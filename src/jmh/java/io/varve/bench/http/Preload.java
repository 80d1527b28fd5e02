package io.varve.bench.http;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;

/** Writes all keys in batches, one after the other, before anything is measured. */
final class Preload {
  private static final long ANSWER_TIMEOUT_MS = TimeUnit.SECONDS.toMillis(60);

  private final Connection connection;
  private final Tally tally;

  /** {@code connection} counts in {@code tally}. */
  Preload(Connection connection, Tally tally) {
    this.connection = connection;
    this.tally = tally;
  }

  /** Writes keys 0 to {@code keys - 1}; throws if a single batch is not confirmed. */
  void run(int keys, int batchEntries) throws IOException {
    try (Selector selector = Selector.open()) {
      for (int first = 0; first < keys; first += batchEntries) {
        if (!connection.isOpen()) {
          connection.connect(selector);
        }
        boolean sent = connection.sendStartingAt(first);
        while (!sent || !connection.receive()) {
          await(selector, sent ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
          sent = sent || connection.sendRest();
        }
        if (!tally.failures().isEmpty() || tally.conflicts() > 0) {
          throw new IOException(
              "keys from " + first + " on were not written: " + tally.describeFailures());
        }
      }
    } finally {
      connection.close();
    }
  }

  private static void await(Selector selector, int operation) throws IOException {
    for (SelectionKey key : selector.keys()) {
      if (key.isValid()) {
        key.interestOps(operation);
      }
    }
    if (selector.select(_ -> {}, ANSWER_TIMEOUT_MS) == 0) {
      throw new SocketTimeoutException("no answer in " + ANSWER_TIMEOUT_MS + " ms");
    }
  }
}
