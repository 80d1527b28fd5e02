package io.varve.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;

/** Finds the token of a request, in the header for it and nowhere else. */
final class BearerTokens implements BearerTokenResolver {
  /** RFC 6750, section 2.1; the name of the scheme is in any case (RFC 9110, section 11.1). */
  private static final Pattern CREDENTIALS =
      Pattern.compile("(?i:Bearer) +([A-Za-z0-9._~+/-]+=*) *");

  /**
   * Two headers are none: which of them counts is not for us to guess. What is open to everybody is
   * so to somebody with a wrong token too.
   */
  @Override
  public @Nullable String resolve(HttpServletRequest request) {
    if (RawPath.area(request) == RawPath.Area.HEALTH) {
      return null;
    }
    Enumeration<String> all = request.getHeaders(HttpHeaders.AUTHORIZATION);
    if (!all.hasMoreElements()) {
      return null;
    }
    Matcher credentials = CREDENTIALS.matcher(all.nextElement());
    return !all.hasMoreElements() && credentials.matches() ? credentials.group(1) : null;
  }
}
