package io.varve.web;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Percent-encoding of URIs (RFC 3986, section 2.1), byte for byte. */
final class PercentEncoding {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private PercentEncoding() {}

  /** The bytes that a part of a URI stands for, or null if it is broken. */
  static byte @Nullable [] decode(String part) {
    var bytes = new ByteArrayOutputStream(part.length());
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c == '%') {
        if (i + 2 >= part.length()) {
          return null;
        }
        int high = Character.digit(part.charAt(i + 1), 16);
        int low = Character.digit(part.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          return null;
        }
        bytes.write(high << 4 | low);
        i += 2;
      } else if (c < 0x80) {
        bytes.write(c);
      } else {
        return null;
      }
    }
    return bytes.toByteArray();
  }

  /**
   * The same path, with whatever may not stand in one encoded: a client can send what is no URI,
   * and an answer that names it must be sound.
   */
  static String soundPath(String path) {
    StringBuilder sound = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%' ? isEncoded(path, i) : isPathCharacter(c)) {
        sound.append(c);
      } else {
        for (byte one : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
          sound.append('%').append(HEX.toHexDigits(one));
        }
      }
    }
    return sound.toString();
  }

  private static boolean isEncoded(String path, int percent) {
    return percent + 2 < path.length()
        && HexFormat.isHexDigit(path.charAt(percent + 1))
        && HexFormat.isHexDigit(path.charAt(percent + 2));
  }

  /** RFC 3986, section 3.3. */
  private static boolean isPathCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~!$&'()*+,;=:@/".indexOf(c) >= 0;
  }
}
