package io.varve.mvcc;

import io.varve.model.StoreErrors;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** Unsigned integers in 7-bit groups, least significant first; a high bit says that more follow. */
final class Varints {
  /** Where the tenth group goes, of which only one bit fits. */
  private static final int LAST_SHIFT = 63;

  private Varints() {}

  static int size(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
  }

  static void put(ByteBuffer target, long value) {
    while ((value & ~0x7FL) != 0) {
      target.put((byte) (value | 0x80));
      value >>>= 7;
    }
    target.put((byte) value);
  }

  /**
   * The next number. Throws {@code STORAGE_CORRUPTED} if it does not fit 64 bits, and {@link
   * BufferUnderflowException} where the source ends before it does.
   */
  static long get(ByteBuffer source) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte group = source.get();
      if (shift == LAST_SHIFT && (group & ~1) != 0) {
        break;
      }
      value |= (group & 0x7FL) << shift;
      if (group >= 0) {
        return value;
      }
    }
    throw StoreErrors.corrupted("a number of over 64 bits.", null);
  }

  /** A length that must fit in what is left of {@code source}. */
  static int getLength(ByteBuffer source) {
    long length = get(source);
    if (length < 0 || length > source.remaining()) {
      throw new BufferUnderflowException();
    }
    return (int) length;
  }

  static byte[] getBytes(ByteBuffer source) {
    byte[] bytes = new byte[getLength(source)];
    source.get(bytes);
    return bytes;
  }
}
