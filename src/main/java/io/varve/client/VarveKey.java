package io.varve.client;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A key: one byte or more, ordered as unsigned bytes. Immutable. */
public final class VarveKey implements Comparable<VarveKey> {
  private final byte[] bytes;

  private VarveKey(byte[] bytes) {
    if (bytes.length == 0) {
      throw new IllegalArgumentException("A key must have at least one byte.");
    }
    this.bytes = bytes;
  }

  /** The key of the UTF-8 form of {@code text}. */
  public static VarveKey of(String text) {
    return new VarveKey(Utf8.encode(text));
  }

  /** The key of these bytes, which are copied. */
  public static VarveKey of(byte[] bytes) {
    return new VarveKey(bytes.clone());
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * The key as text.
   *
   * @throws IllegalStateException if it is not UTF-8
   */
  public String text() {
    String text = Utf8.decode(bytes);
    if (text == null) {
      throw new IllegalStateException("The key is not UTF-8; use bytes().");
    }
    return text;
  }

  /** The bytes themselves, which must not be changed. */
  byte[] array() {
    return bytes;
  }

  @Override
  public int compareTo(VarveKey other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VarveKey that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text, or the base64 form of what is not UTF-8. */
  @Override
  public String toString() {
    String text = Utf8.decode(bytes);
    return text != null ? text : "base64:" + Base64.getEncoder().encodeToString(bytes);
  }
}
