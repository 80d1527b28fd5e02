package io.varve.client;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Text to bytes and back, without replacing anything that does not fit. */
final class Utf8 {
  private Utf8() {}

  /**
   * The bytes of {@code text}.
   *
   * @throws IllegalArgumentException if it has half of a surrogate pair, which no UTF-8 can stand
   *     for
   */
  static byte[] encode(String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] array = new byte[bytes.remaining()];
      bytes.get(array);
      return array;
    } catch (CharacterCodingException _) {
      throw new IllegalArgumentException("The text has half of a surrogate pair.");
    }
  }

  /** The text that the bytes stand for, or null if they are not UTF-8. */
  static @Nullable String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      return null;
    }
  }
}
