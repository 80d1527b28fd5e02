package io.varve.model;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A user key: at least one byte, immutable, ordered as unsigned bytes. Thread-safe.
 *
 * <p>The upper limit on its length is a setting and is checked where requests enter, not here.
 */
public final class Key implements Comparable<Key> {
  private final byte[] bytes;
  private final int hash;

  private Key(byte[] bytes) {
    if (bytes.length == 0) {
      throw StoreErrors.malformed("key", "A key must have at least one byte.");
    }
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /**
   * The key of these bytes, which are copied. Throws {@code MALFORMED_REQUEST} if there are none.
   */
  public static Key copyOf(byte[] bytes) {
    return new Key(bytes.clone());
  }

  /** The key that takes over this array; nobody may change it afterwards. */
  public static Key wrap(byte[] bytes) {
    return new Key(bytes);
  }

  /** The key of the UTF-8 form of {@code text}. */
  public static Key of(String text) {
    return new Key(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Number of bytes, at least 1. */
  public int length() {
    return bytes.length;
  }

  /** The bytes themselves, shared and not copied: callers must not change them. */
  public byte[] array() {
    return bytes;
  }

  /** The smallest key above this one: the same bytes and one zero byte more. */
  public Key successor() {
    return new Key(Arrays.copyOf(bytes, bytes.length + 1));
  }

  /** Whether the bytes of this key begin with those of {@code prefix}. */
  public boolean startsWith(Key prefix) {
    return bytes.length >= prefix.bytes.length
        && Arrays.mismatch(bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length) < 0;
  }

  /** The text whose UTF-8 form these bytes are, or null if they are not valid UTF-8. */
  public @Nullable String utf8() {
    return Utf8.decode(bytes);
  }

  @Override
  public int compareTo(Key other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Key that && hash == that.hash && Arrays.equals(bytes, that.bytes));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** The text of the key, or its bytes in hexadecimal where they are not text fit for a line. */
  @Override
  public String toString() {
    String text = utf8();
    if (text == null || text.chars().anyMatch(Character::isISOControl)) {
      return "0x" + HexFormat.of().formatHex(bytes);
    }
    return text;
  }

  /** Strict UTF-8 decoding, shared by {@link Key} and {@link Value}. */
  static final class Utf8 {
    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    static @Nullable String decode(byte[] bytes) {
      String text = new String(bytes, StandardCharsets.UTF_8);
      // Every malformed part becomes this character, which may also have been there before.
      return text.indexOf(REPLACEMENT) < 0 ? text : decodeStrictly(bytes);
    }

    private static @Nullable String decodeStrictly(byte[] bytes) {
      try {
        CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        return text.toString();
      } catch (CharacterCodingException _) {
        return null;
      }
    }
  }
}
