package io.varve.web;

import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.springframework.http.HttpHeaders;

/**
 * A body in gzip (RFC 1952) or deflate, decoded while it is read: what the client has flushed is
 * there at once. A body that is cut off, damaged, or has more behind its end is refused with
 * MALFORMED_REQUEST. Used by one thread.
 */
final class InflatingStream extends InputStream {
  /*
   * The streams of the JDK pass over what follows the last member of a gzip body, and compute on the
   * thread that reads. Here a long body is decoded on a pool, step by step, and received outside of it.
   *
   * The reader bounds what comes out. What goes in without anything coming out, such as empty blocks or
   * a name without end, is bounded here, by what has come out so far: a byte that is flushed by itself takes
   * eight.
   */
  private static final String FIELD = HttpHeaders.CONTENT_ENCODING;
  private static final int INPUT_BYTES = 8 << 10;
  private static final int STEP_BYTES = 32 << 10;
  private static final long EXTRA_BYTES = 64 << 10;
  private static final int MAX_GROWTH = 16;

  private static final int MAGIC_1 = 0x1f;
  private static final int MAGIC_2 = 0x8b;
  private static final int METHOD_DEFLATE = 8;
  private static final int TIME_FLAGS_SYSTEM_BYTES = 6;
  private static final int HAS_HEADER_CRC = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final InputStream coded;
  private final ContentCoding coding;
  private final long announced;
  private final WorkPools pools;
  private final byte[] input = new byte[INPUT_BYTES];
  private final CRC32 crc = new CRC32();

  /** Made once the format is known. */
  private Inflater inflater = new Inflater(true);

  private int position;
  private int end;
  private long received;
  private long decoded;
  private boolean isBegun;
  private boolean isInMember;
  private boolean isEnded;

  /**
   * @param announced bytes that {@code coded} is to have, or -1 if it tells its end itself
   */
  InflatingStream(InputStream coded, ContentCoding coding, long announced, WorkPools pools) {
    this.coded = coded;
    this.coding = coding;
    this.announced = announced;
    this.pools = pools;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!isEnded) {
      if (!isInMember && !begin()) {
        isEnded = true;
        break;
      }
      int some = step(target, offset, Math.min(length, STEP_BYTES));
      if (some > 0) {
        return some;
      }
      if (inflater.finished()) {
        endMember();
      } else if (!fill()) {
        throw cutOff();
      }
    }
    return -1;
  }

  private int step(byte[] target, int offset, int length) {
    int some =
        decoded > WorkPools.LARGE_BYTES
            ? pools.next(() -> inflate(target, offset, length))
            : inflate(target, offset, length);
    decoded += some;
    return some;
  }

  /** Computes and neither receives nor sends. */
  private int inflate(byte[] target, int offset, int length) {
    try {
      inflater.setInput(input, position, end - position);
      int some = inflater.inflate(target, offset, length);
      position = end - inflater.getRemaining();
      if (some == 0 && inflater.needsDictionary()) {
        throw broken();
      }
      crc.update(target, offset, some);
      return some;
    } catch (DataFormatException _) {
      throw broken(); // whose message might quote the body
    }
  }

  /** Reads up to the first of what is compressed; false where there is no further member. */
  private boolean begin() throws IOException {
    if (position == end && !fill()) {
      if (isBegun) {
        return false;
      }
      throw cutOff();
    }
    if (coding == ContentCoding.GZIP) {
      readGzipHeader();
      inflater.reset();
      crc.reset();
    } else if (isBegun) {
      throw broken(); // there is but one
    } else {
      recognizeZlib();
    }
    isBegun = true;
    isInMember = true;
    return true;
  }

  /** Whether it has the header of zlib; without it a stream hardly ever begins like that. */
  private void recognizeZlib() throws IOException {
    while (end < 2) {
      if (!fill()) {
        throw cutOff();
      }
    }
    int first = input[0] & 0xff;
    int both = (first << 8) | (input[1] & 0xff);
    if ((first & 0xf) == METHOD_DEFLATE && first >> 4 <= 7 && both % 31 == 0) {
      inflater.end();
      inflater = new Inflater();
    }
  }

  private void readGzipHeader() throws IOException {
    if (next() != MAGIC_1 || next() != MAGIC_2 || next() != METHOD_DEFLATE) {
      throw broken();
    }
    int flags = next();
    if ((flags & RESERVED) != 0) {
      throw broken();
    }
    skip(TIME_FLAGS_SYSTEM_BYTES);
    if ((flags & HAS_EXTRA) != 0) {
      skip((int) number(2));
    }
    if ((flags & HAS_NAME) != 0) {
      skipText();
    }
    if ((flags & HAS_COMMENT) != 0) {
      skipText();
    }
    if ((flags & HAS_HEADER_CRC) != 0) {
      skip(2);
    }
  }

  private void endMember() throws IOException {
    isInMember = false;
    if (coding == ContentCoding.GZIP) {
      long sum = number(4);
      long length = number(4);
      if (sum != crc.getValue() || length != (inflater.getBytesWritten() & 0xffff_ffffL)) {
        throw broken();
      }
    }
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      var _ = next();
    }
  }

  private void skipText() throws IOException {
    while (next() != 0) {
      // It ends with a zero.
    }
  }

  /** A number of so many bytes, the lowest first. */
  private long number(int bytes) throws IOException {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number |= (long) next() << (i * Byte.SIZE);
    }
    return number;
  }

  private int next() throws IOException {
    if (position == end && !fill()) {
      throw cutOff();
    }
    return input[position++] & 0xff;
  }

  /** Receives more; false at the end of the body. What is there and not used up stays. */
  private boolean fill() throws IOException {
    if (position == end) {
      position = 0;
      end = 0;
    }
    int some = coded.read(input, end, input.length - end);
    if (some < 0) {
      if (received < announced) {
        throw new EOFException("The body ended before its announced length.");
      }
      return false;
    }
    end += some;
    received += some;
    if (received > EXTRA_BYTES + MAX_GROWTH * decoded) {
      throw StoreErrors.malformed(FIELD, "The body is far longer in this coding than without it.");
    }
    return true;
  }

  /** Whether {@code problem} is one of a coding, and not of what was coded. */
  static boolean hasRefused(StoreException problem) {
    return FIELD.equals(problem.context().get("field"));
  }

  private static StoreException cutOff() {
    return StoreErrors.malformed(FIELD, "The body ends before this coding of it does.");
  }

  private static StoreException broken() {
    return StoreErrors.malformed(FIELD, "The body is not in this coding.");
  }

  /** Frees memory outside of the heap; nothing is read any more. */
  @Override
  public void close() {
    inflater.end();
  }
}
