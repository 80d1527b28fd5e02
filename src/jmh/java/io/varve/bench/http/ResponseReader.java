package io.varve.bench.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads one answer after the other from a connection, as far as RFC 9112 lets a server write them:
 * a body of known length, in chunks, or up to the end of the connection. Used by one thread.
 */
final class ResponseReader {
  /*
   * Everything of one answer is collected in one array and read there, a line or a piece of body at
   * a time; what has not arrived whole is looked at again when more has come. The pieces of a
   * chunked body are moved together in place, so that the body is always bodyStart to bodyEnd.
   */
  private enum Part {
    STATUS_LINE,
    HEADERS,
    BODY,
    BODY_TO_THE_END,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    COMPLETE
  }

  private static final int FIRST_BYTES = 16 << 10;
  private static final int MAX_BYTES = 64 << 20;
  private static final long UNKNOWN = -1;
  static final int MAX_STATUS = 999;
  private static final int STATUS_START = "HTTP/1.1 ".length();
  private static final int STATUS_END = STATUS_START + 3;
  private static final byte[] HTTP_1 = ascii("HTTP/1.");
  private static final byte[] CONTENT_LENGTH = ascii("content-length");
  private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
  private static final byte[] CONNECTION = ascii("connection");

  private byte[] bytes = new byte[FIRST_BYTES];
  private ByteBuffer received = ByteBuffer.wrap(bytes);
  private Part part = Part.STATUS_LINE;
  private int position;
  private int lineStart;
  private int lineEnd;
  private int bodyStart;
  private int bodyEnd;
  private int status;
  private long contentLength;
  private boolean isChunked;
  private boolean closes;

  /** Bytes of the body, or of its chunk, that have not been read. */
  private long left;

  /** Forgets what was read; the next answer begins. */
  void reset() {
    part = Part.STATUS_LINE;
    received.clear();
    position = 0;
    beginHead();
  }

  private void beginHead() {
    contentLength = UNKNOWN;
    isChunked = false;
    closes = false;
  }

  /** Reads what the channel has, at most once; true when the answer is complete. */
  boolean readFrom(ReadableByteChannel channel) throws IOException {
    if (!received.hasRemaining()) {
      grow();
    }
    int count = channel.read(received);
    if (count < 0) {
      return endOfConnection();
    }
    while (part != Part.COMPLETE && advance()) {
      // One line or piece of body after the other.
    }
    if (part == Part.COMPLETE && position < received.position()) {
      throw new ProtocolException("there are bytes past the end of an answer");
    }
    return part == Part.COMPLETE;
  }

  private boolean endOfConnection() throws IOException {
    if (part != Part.BODY_TO_THE_END) {
      throw new EOFException("the server closed the connection before its answer was complete");
    }
    closes = true;
    part = Part.COMPLETE;
    return true;
  }

  private void grow() throws ProtocolException {
    if (bytes.length >= MAX_BYTES) {
      throw new ProtocolException("an answer is larger than " + MAX_BYTES + " bytes");
    }
    bytes = Arrays.copyOf(bytes, bytes.length * 2);
    received = ByteBuffer.wrap(bytes).position(received.position());
  }

  /** Reads one more line or piece of body; false if more bytes must come first. */
  private boolean advance() throws ProtocolException {
    return switch (part) {
      case STATUS_LINE, HEADERS, CHUNK_SIZE, CHUNK_END, TRAILERS -> advanceByLine();
      case BODY, CHUNK -> advanceInBody();
      case BODY_TO_THE_END -> {
        position = received.position();
        bodyEnd = position;
        yield false;
      }
      case COMPLETE -> false;
    };
  }

  private boolean advanceByLine() throws ProtocolException {
    int newline = position;
    while (newline < received.position() && bytes[newline] != '\n') {
      newline++;
    }
    if (newline == received.position()) {
      return false;
    }
    lineStart = position;
    lineEnd = newline > position && bytes[newline - 1] == '\r' ? newline - 1 : newline;
    position = newline + 1;
    boolean isEmpty = lineStart == lineEnd;
    switch (part) {
      case STATUS_LINE -> readStatusLine();
      case HEADERS -> {
        if (isEmpty) {
          endHead();
        } else {
          readHeader();
        }
      }
      case CHUNK_SIZE -> readChunkSize();
      case CHUNK_END -> {
        require(isEmpty, "a chunk is longer than its size says");
        part = Part.CHUNK_SIZE;
      }
      default -> part = isEmpty ? Part.COMPLETE : Part.TRAILERS;
    }
    return true;
  }

  private void readStatusLine() throws ProtocolException {
    require(
        lineEnd - lineStart >= STATUS_END && startsWith(HTTP_1), "an answer has no status line");
    closes = bytes[lineStart + HTTP_1.length] == '0';
    status = 0;
    for (int i = lineStart + STATUS_START; i < lineStart + STATUS_END; i++) {
      status = 10 * status + bytes[i] - '0';
    }
    require(status >= 100 && status <= MAX_STATUS, "an answer has no status between 100 and 999");
    part = Part.HEADERS;
  }

  private boolean startsWith(byte[] prefix) {
    return Arrays.equals(bytes, lineStart, lineStart + prefix.length, prefix, 0, prefix.length);
  }

  private void readHeader() throws ProtocolException {
    int colon = lineStart;
    while (colon < lineEnd && bytes[colon] != ':') {
      colon++;
    }
    require(colon < lineEnd, "a header has no colon");
    if (isName(CONTENT_LENGTH, colon)) {
      contentLength = number(text(colon + 1, lineEnd), 10);
    } else if (isName(TRANSFER_ENCODING, colon)) {
      isChunked = text(colon + 1, lineEnd).equalsIgnoreCase("chunked");
      require(isChunked, "a body is encoded otherwise than in chunks");
    } else if (isName(CONNECTION, colon)) {
      String options = text(colon + 1, lineEnd).toLowerCase(Locale.ROOT);
      closes |= Arrays.asList(options.split("[ \\t]*,[ \\t]*")).contains("close");
    }
  }

  private boolean isName(byte[] lowerCase, int colon) {
    if (colon - lineStart != lowerCase.length) {
      return false;
    }
    for (int i = 0; i < lowerCase.length; i++) {
      byte b = bytes[lineStart + i];
      if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }

  private void endHead() {
    bodyStart = position;
    bodyEnd = position;
    if (status < 200) {
      // Interim: the answer proper follows.
      part = Part.STATUS_LINE;
      beginHead();
    } else if (status == 204 || status == 304) {
      part = Part.COMPLETE;
    } else if (isChunked) {
      part = Part.CHUNK_SIZE;
    } else if (contentLength == UNKNOWN) {
      part = Part.BODY_TO_THE_END;
    } else {
      left = contentLength;
      part = left == 0 ? Part.COMPLETE : Part.BODY;
    }
  }

  private void readChunkSize() throws ProtocolException {
    String line = text(lineStart, lineEnd);
    int extension = line.indexOf(';');
    left = number(extension < 0 ? line : line.substring(0, extension).strip(), 16);
    part = left == 0 ? Part.TRAILERS : Part.CHUNK;
  }

  private boolean advanceInBody() {
    int count = (int) Math.min(left, received.position() - position);
    if (bodyEnd != position) {
      System.arraycopy(bytes, position, bytes, bodyEnd, count);
    }
    bodyEnd += count;
    position += count;
    left -= count;
    if (left == 0) {
      part = part == Part.BODY ? Part.COMPLETE : Part.CHUNK_END;
    }
    return left == 0;
  }

  private static long number(String digits, int radix) throws ProtocolException {
    try {
      long number = Long.parseUnsignedLong(digits, radix);
      require(number >= 0, "a length is out of bounds");
      return number;
    } catch (NumberFormatException _) {
      throw new ProtocolException("a length is no number");
    }
  }

  private static void require(boolean holds, String otherwise) throws ProtocolException {
    if (!holds) {
      throw new ProtocolException(otherwise);
    }
  }

  private String text(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1).strip();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The status of the answer. */
  int status() {
    return status;
  }

  /** Whether the server takes no more requests on this connection. */
  boolean closes() {
    return closes;
  }

  /** Whether the body looks as {@code expected}. */
  boolean matches(ExpectedAnswer expected, byte[] key) {
    return expected.matches(bytes, bodyStart, bodyEnd, key);
  }

  /** The body as text, at most so many characters of it. */
  String bodyText(int maxLength) {
    return text(bodyStart, Math.min(bodyEnd, bodyStart + maxLength));
  }
}
