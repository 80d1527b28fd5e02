package io.varve.bench.http;

import java.util.SplittableRandom;

/**
 * The keys and values that every server gets: the same bytes for each, all of them printable, so
 * that they go into JSON as they are.
 */
final class Entries {
  static final int KEY_BYTES = 12;
  static final int MAX_KEYS = 1_000_000_000;

  private static final int POOL_BYTES = 1 << 16;
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private final int keys;
  private final int valueBytes;

  /** Values are pieces of this, so that they differ and making one costs no more than a copy. */
  private final byte[] pool;

  Entries(int keys, int valueBytes) {
    this.keys = keys;
    this.valueBytes = valueBytes;
    this.pool = new byte[POOL_BYTES + valueBytes];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < pool.length; i++) {
      pool[i] = (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
    }
  }

  int keys() {
    return keys;
  }

  int valueBytes() {
    return valueBytes;
  }

  /** Writes key {@code number}: "key" and nine digits. */
  void copyKey(int number, byte[] target) {
    target[0] = 'k';
    target[1] = 'e';
    target[2] = 'y';
    int rest = number;
    for (int i = KEY_BYTES - 1; i > 2; i--) {
      target[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  void copyRandomValue(SplittableRandom random, byte[] target) {
    System.arraycopy(pool, random.nextInt(POOL_BYTES), target, 0, valueBytes);
  }
}
