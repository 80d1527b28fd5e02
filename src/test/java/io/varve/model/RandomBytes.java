package io.varve.model;

import java.util.Random;
import org.jspecify.annotations.NullMarked;

/** Random keys for tests; the bytes that encodings treat apart come often. */
@NullMarked
public final class RandomBytes {
  private static final byte[] AWKWARD = {0, 0, 1, (byte) 0xFF, (byte) 0xFE, 0x7F, (byte) 0x80};

  private RandomBytes() {}

  /** One to {@code maxLength} bytes. */
  public static byte[] key(Random random, int maxLength) {
    byte[] key = new byte[1 + random.nextInt(maxLength)];
    for (int i = 0; i < key.length; i++) {
      key[i] =
          random.nextInt(4) == 0
              ? (byte) random.nextInt(256)
              : AWKWARD[random.nextInt(AWKWARD.length)];
    }
    return key;
  }
}
