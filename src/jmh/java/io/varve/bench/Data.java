package io.varve.bench;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** The keys and values that all contenders get: the same bytes for each. */
final class Data {
  static final int COUNTER_VALUE_BYTES = 64;
  static final int BULK_VALUE_BYTES = 256;
  static final int KEY_BYTES = 16;

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

  /** A value whose first 8 bytes count and whose rest compresses to about a half. */
  static byte[] counter(long count) {
    byte[] value = new byte[COUNTER_VALUE_BYTES];
    new SplittableRandom(count).nextBytes(value);
    ByteBuffer.wrap(value).putLong(0, count);
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
    byte[] value = new byte[BULK_VALUE_BYTES];
    new SplittableRandom(number).nextBytes(value);
    return value;
  }
}
