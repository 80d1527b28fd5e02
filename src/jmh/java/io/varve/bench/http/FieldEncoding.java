package io.varve.bench.http;

import java.util.Base64;

/** How a key or value stands in a request. */
enum FieldEncoding {
  PLAIN {
    @Override
    int width(int bytes) {
      return bytes;
    }

    @Override
    void encode(byte[] field, byte[] target) {
      System.arraycopy(field, 0, target, 0, field.length);
    }
  },
  BASE64 {
    @Override
    int width(int bytes) {
      return (bytes + 2) / 3 * 4;
    }

    @Override
    void encode(byte[] field, byte[] target) {
      Base64.getEncoder().encode(field, target);
    }
  };

  /** Bytes that a field of {@code bytes} bytes takes. */
  abstract int width(int bytes);

  /** Writes {@code field} to {@code target}, which is as long as {@link #width} says. */
  abstract void encode(byte[] field, byte[] target);
}
