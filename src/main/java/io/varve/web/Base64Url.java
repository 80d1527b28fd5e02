package io.varve.web;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Base64url without padding (RFC 4648, section 5). Bytes have exactly one form. */
final class Base64Url {
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private Base64Url() {}

  static String encode(byte[] bytes) {
    return ENCODER.encodeToString(bytes);
  }

  /** The bytes, or null unless {@code text} is their one form. */
  static byte @Nullable [] decode(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      return encode(bytes).equals(text) ? bytes : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
