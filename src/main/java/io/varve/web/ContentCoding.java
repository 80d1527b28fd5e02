package io.varve.web;

import io.varve.model.ErrorCode;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;

/** The content codings of HTTP that are known here (RFC 9110, section 8.4.1). */
enum ContentCoding {
  GZIP,
  /** In the format of zlib, or without it, as many clients send it. */
  DEFLATE;

  /** What a client may send, as an {@code Accept-Encoding} of ours says it. */
  static final String KNOWN = "gzip, deflate";

  /** No client codes a body more often, and each takes memory and time. */
  private static final int MAX_CODINGS = 3;

  private static final String NONE = "identity";

  /**
   * The codings that {@code Content-Encoding} headers name, in the order in which they were
   * applied. Throws UNSUPPORTED_MEDIA_TYPE if there is one that is not known, or too many.
   */
  static List<ContentCoding> parse(Enumeration<String> headers) {
    List<ContentCoding> codings = new ArrayList<>();
    int named = 0;
    while (headers.hasMoreElements()) {
      for (String part : headers.nextElement().split(",", -1)) {
        String name = part.strip().toLowerCase(Locale.ROOT);
        if (name.isEmpty()) {
          continue;
        }
        named++;
        if (named > MAX_CODINGS) {
          throw unsupported();
        }
        if (!name.equals(NONE)) {
          codings.add(of(name));
        }
      }
    }
    return List.copyOf(codings);
  }

  private static ContentCoding of(String name) {
    return switch (name) {
      case "gzip", "x-gzip" -> GZIP;
      case "deflate" -> DEFLATE;
      default -> throw unsupported();
    };
  }

  private static StoreException unsupported() {
    return StoreErrors.of(
        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
        "Content-Encoding must be gzip or deflate, of at most "
            + MAX_CODINGS
            + " codings; or send the body as it is, without this header.");
  }
}
