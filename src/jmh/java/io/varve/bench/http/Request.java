package io.varve.bench.http;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/** The request of one connection, filled anew each time in the same bytes. Used by one thread. */
final class Request {
  private final RequestTemplate template;
  private final Entries entries;
  private final SplittableRandom random;
  private final byte[] bytes;
  private final ByteBuffer buffer;
  private final byte[] key = new byte[Entries.KEY_BYTES];
  private final byte[] value;
  private final byte[] encodedKey;
  private final byte[] encodedValue;

  Request(RequestTemplate template, Entries entries, SplittableRandom random) {
    this.template = template;
    this.entries = entries;
    this.random = random;
    this.bytes = template.copyBytes();
    this.buffer = ByteBuffer.wrap(bytes);
    this.value = new byte[entries.valueBytes()];
    this.encodedKey = new byte[template.encoding().width(key.length)];
    this.encodedValue = new byte[template.encoding().width(value.length)];
  }

  /** With a key at random; further ones lie evenly over the key space, so that all differ. */
  ByteBuffer next() {
    return fill(random.nextInt(entries.keys()), entries.keys() / template.entries());
  }

  /** With {@code first} and the keys that follow it. */
  ByteBuffer startingAt(int first) {
    return fill(first, 1);
  }

  private ByteBuffer fill(int first, int distance) {
    List<RequestTemplate.Hole> holes = template.holes();
    for (int i = 0; i < holes.size(); i++) {
      RequestTemplate.Hole hole = holes.get(i);
      if (hole.isKey()) {
        long number = first + (long) hole.entry() * distance;
        entries.copyKey((int) (number % entries.keys()), key);
        template.encoding().encode(key, encodedKey);
        System.arraycopy(encodedKey, 0, bytes, hole.offset(), encodedKey.length);
      } else {
        entries.copyRandomValue(random, value);
        template.encoding().encode(value, encodedValue);
        System.arraycopy(encodedValue, 0, bytes, hole.offset(), encodedValue.length);
      }
    }
    return buffer.clear();
  }

  /** The key that was filled in last, as it stands in the request. */
  byte[] lastKey() {
    return encodedKey;
  }
}
