package io.varve.access;

import io.varve.model.Key;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** How the beginning of keys is written where only text can be: in settings and in claims. */
public final class KeyPrefix {
  /** Stands before the base64url of bytes that are not text. */
  private static final String BASE64 = "b64:";

  private KeyPrefix() {}

  /**
   * The bytes that {@code text} stands for: its UTF-8, or what follows "b64:" as base64url. Throws
   * {@link IllegalArgumentException}, with a message that says nothing of the text, if there are
   * none.
   */
  public static Key parse(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("is blank");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException("has half a character");
    }
    if (!text.startsWith(BASE64)) {
      return Key.of(text);
    }
    byte[] bytes = decode(text.substring(BASE64.length()));
    if (bytes.length == 0) {
      throw new IllegalArgumentException("has nothing after " + BASE64);
    }
    return Key.wrap(bytes);
  }

  private static byte[] decode(String text) {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException _) {
      // Its message tells a part of the text.
      throw new IllegalArgumentException("is not base64url after " + BASE64);
    }
  }
}
