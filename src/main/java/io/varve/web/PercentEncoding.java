package io.varve.web;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Percent-encoding of URIs (RFC 3986, section 2.1), byte for byte. */
final class PercentEncoding {
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
}
