package io.varve.web;

import io.varve.model.ErrorCode;
import io.varve.model.StoreErrors;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.ObjectReader;

/**
 * Splits a body into lines, which end in LF or CR LF, the last perhaps in neither. One line at a
 * time is held, of a bounded length, whatever the length of the body. Used by one thread.
 */
final class LineReader {
  static final int INITIAL_BYTES = 64 << 10;
  private static final int TERMINATOR_BYTES = 2;

  private final InputStream body;
  private final long announced;
  private final int maxBytes;
  private final LongConsumer growth;

  /** Holds the line and what was read after it. */
  private byte[] buffer = new byte[INITIAL_BYTES];

  /** The line: where it begins, and how long it is without what ends it. */
  private int start;

  private int length;

  /** Where the next line begins, and where what was read ends. */
  private int next;

  private int end;

  private long bytesRead;
  private long number;

  /**
   * @param announced bytes that the body is to have, or -1 if it tells its end itself
   * @param maxBytes bytes of a line at most
   * @param growth is told of bytes that a long line takes in the heap, and may throw
   */
  LineReader(InputStream body, long announced, long maxBytes, LongConsumer growth) {
    this.growth = growth;
    this.body = body;
    this.announced = announced;
    this.maxBytes = (int) Math.min(maxBytes, Integer.MAX_VALUE - (1 << 10));
  }

  /** Waits for the first of the body: a client that asks for leave to send it has it then. */
  void awaitFirst() throws IOException {
    var _ = fill();
  }

  /**
   * Moves to the next line; false after the last. Throws REQUEST_TOO_LARGE for a line over the
   * bound, and {@link IOException} where the body does not come to its proper end.
   */
  boolean next() throws IOException {
    start = next;
    int from = start;
    while (true) {
      int newline = find((byte) '\n', from);
      if (newline >= 0) {
        take(newline, newline + 1);
        return true;
      }
      if (end - start >= maxBytes + TERMINATOR_BYTES) {
        number++;
        throw tooLong(maxBytes + 1L); // or longer still: it has no end yet
      }
      from = end - start;
      if (!fill()) {
        return takeLast();
      }
    }
  }

  /** Whether {@link #next} has a line without reading on. */
  boolean hasNext() {
    return find((byte) '\n', next) >= 0;
  }

  private boolean takeLast() throws EOFException {
    if (announced >= 0 && bytesRead < announced) {
      throw new EOFException("The body ended before its announced length.");
    }
    if (start == end) {
      length = 0;
      return false;
    }
    take(end, end);
    return true;
  }

  private void take(int lineEnd, int nextLine) {
    number++;
    next = nextLine;
    length = lineEnd - start;
    if (length > 0 && buffer[lineEnd - 1] == '\r') {
      length--;
    }
    if (length > maxBytes) {
      throw tooLong(length);
    }
  }

  private RuntimeException tooLong(long bytes) {
    return StoreErrors.tooLarge(ErrorCode.REQUEST_TOO_LARGE, "The line", "bytes", maxBytes, bytes);
  }

  private int find(byte wanted, int from) {
    for (int i = from; i < end; i++) {
      if (buffer[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** Moves the line that has begun to the front and reads on; false at the end of the body. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    start = 0;
    next = 0;
    if (end == buffer.length) {
      long larger = Math.min(2L * buffer.length, (long) maxBytes + TERMINATOR_BYTES);
      growth.accept(larger - buffer.length);
      buffer = Arrays.copyOf(buffer, (int) larger);
    }
    int read = body.read(buffer, end, buffer.length - end);
    if (read < 0) {
      return false;
    }
    end += read;
    bytesRead += read;
    return true;
  }

  /** Which line this is, or which was too long; the first is 1. */
  long number() {
    return number;
  }

  /** Whether there is nothing but white space in the line. */
  boolean isBlank() {
    for (int i = start; i < start + length; i++) {
      if (buffer[i] != ' ' && buffer[i] != '\t' && buffer[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  /** Whether another JSON value follows the first one on the line. */
  boolean hasSecondValue(ObjectReader json) {
    try (JsonParser parser = json.createParser(buffer, start, length)) {
      parser.nextToken();
      parser.skipChildren();
      return parser.nextToken() != null;
    } catch (JacksonException _) {
      return false;
    }
  }

  /** The value that the line is, null for the JSON null. Throws as {@code json} does. */
  <T> @Nullable T read(ObjectReader json, Class<T> type) {
    return type.cast(json.<@Nullable Object>readValue(buffer, start, length));
  }
}
