package io.varve.bench;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/** The keys and values that all contenders get: the same bytes for each. */
final class Data {
  static final int KEY_BYTES = 16;
  static final int COUNTER_VALUE_BYTES = 64;
  static final int BULK_VALUE_BYTES = 256;

  private Data() {}

  /** 16 bytes; keys that follow each other do not lie side by side. */
  static byte[] key(int number) {
    long mixed = number * 0x9E3779B97F4A7C15L;
    return ByteBuffer.allocate(KEY_BYTES).putLong(mixed).putLong(number).array();
  }

  /** 16 bytes in rising order. */
  static byte[] orderedKey(int number) {
    return ByteBuffer.allocate(KEY_BYTES).putLong(0).putLong(number).array();
  }

  /** The first value of a key: a counter of zero in its first 8 bytes. */
  static byte[] counter(int number) {
    byte[] value = halfRandom(number, COUNTER_VALUE_BYTES);
    ByteBuffer.wrap(value).putLong(0, 0);
    return value;
  }

  static long count(byte[] value) {
    return ByteBuffer.wrap(value).getLong(0);
  }

  /** The same value with a counter one higher. */
  static byte[] incremented(byte[] value) {
    byte[] next = value.clone();
    ByteBuffer.wrap(next).putLong(0, count(value) + 1);
    return next;
  }

  static byte[] bulkValue(int number) {
    return halfRandom(number, BULK_VALUE_BYTES);
  }

  /** Bytes that differ from number to number and compress to about a half, as real ones may. */
  private static byte[] halfRandom(int number, int length) {
    byte[] random = new byte[length / 2];
    new SplittableRandom(number).nextBytes(random);
    return Arrays.copyOf(random, length);
  }
}
