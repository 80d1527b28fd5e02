package io.varve.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.security.web.header.Header;
import org.springframework.security.web.header.HeaderWriter;
import org.springframework.security.web.header.writers.HstsHeaderWriter;
import org.springframework.security.web.header.writers.StaticHeadersWriter;
import org.springframework.stereotype.Component;

/**
 * Tells a browser, with every answer, to do no more with it than to hand it to whoever asked: not
 * to run it, frame it, keep it, or guess what it is. A header that is there already stays.
 */
@Component
final class SafetyHeaders implements HeaderWriter {
  static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";

  /** For an entry, which has a tag: a client may keep it, if it asks each time whether it holds. */
  static final String KEPT_IF_IT_HOLDS = "private, no-cache";

  /** For a value as it was stored: whatever it is, it is not of ours. */
  static final String STORED_VALUE = "sandbox; default-src 'none'; frame-ancestors 'none'";

  private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

  /** The Swagger UI sets styles in its markup, and has its small pictures in its style sheet. */
  private static final String PAGE =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private static final String PAGES = "/swagger-ui/";

  private final HeaderWriter everywhere =
      new StaticHeadersWriter(
          List.of(
              new Header("X-Content-Type-Options", "nosniff"),
              new Header("X-Frame-Options", "DENY"),
              new Header("Referrer-Policy", "no-referrer"),
              new Header("Cross-Origin-Resource-Policy", "same-origin"),
              new Header(HttpHeaders.CACHE_CONTROL, "no-store"),
              new Header(CONTENT_SECURITY_POLICY, NOTHING)));

  /** Over TLS only. For the name of this service alone: those below it are not ours. */
  private final HeaderWriter transport =
      new HstsHeaderWriter(Duration.ofDays(365).toSeconds(), false);

  @Override
  public void writeHeaders(HttpServletRequest request, HttpServletResponse response) {
    if (isPage(request)) {
      response.setHeader(CONTENT_SECURITY_POLICY, PAGE);
    }
    writeStrict(request, response);
  }

  /** For an answer that is nobody's, the server's own, perhaps before the path was looked at. */
  void writeStrict(HttpServletRequest request, HttpServletResponse response) {
    everywhere.writeHeaders(request, response);
    transport.writeHeaders(request, response);
  }

  private static boolean isPage(HttpServletRequest request) {
    return RawPath.area(request) == RawPath.Area.DOCUMENT
        && request
            .getRequestURI()
            .startsWith(PAGES, request.getServletContext().getContextPath().length());
  }
}
