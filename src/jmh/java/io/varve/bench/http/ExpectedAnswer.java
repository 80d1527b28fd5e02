package io.varve.bench.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import java.util.stream.Stream;

/**
 * What the body of a good answer looks like. A check for plain errors that costs next to nothing,
 * not a parser.
 */
final class ExpectedAnswer {
  private static final byte[] THE_KEY = {RequestText.KEY};

  private final List<byte[]> parts;
  private final int bytes;

  private ExpectedAnswer(List<byte[]> parts, int bytes) {
    this.parts = parts;
    this.bytes = bytes;
  }

  /** A body with these parts in this order; {@link RequestText#KEY} is the key asked for. */
  static ExpectedAnswer withParts(String... parts) {
    return new ExpectedAnswer(Stream.of(parts).map(part -> part.getBytes(US_ASCII)).toList(), -1);
  }

  /** A body of exactly so many bytes. */
  static ExpectedAnswer ofLength(int bytes) {
    return new ExpectedAnswer(List.of(), bytes);
  }

  /** Whether the body, which is {@code source} from {@code start} to {@code end}, looks good. */
  boolean matches(byte[] source, int start, int end, byte[] key) {
    if (bytes >= 0 && bytes != end - start) {
      return false;
    }
    int position = start;
    for (int i = 0; i < parts.size(); i++) {
      byte[] part = parts.get(i).length == 1 && parts.get(i)[0] == THE_KEY[0] ? key : parts.get(i);
      position = endOf(part, source, position, end);
      if (position < 0) {
        return false;
      }
    }
    return true;
  }

  /** Where the first {@code part} ends, or -1 if there is none. */
  private static int endOf(byte[] part, byte[] source, int start, int end) {
    for (int i = start; i <= end - part.length; i++) {
      int same = 0;
      while (same < part.length && source[i + same] == part[same]) {
        same++;
      }
      if (same == part.length) {
        return i + same;
      }
    }
    return -1;
  }
}
