package io.varve.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;

/** Finds the token of a request, in the header for it and nowhere else. */
final class BearerTokens implements BearerTokenResolver {
  private static final String SCHEME = "Bearer ";

  /** Of a token (RFC 6750, section 2.1), beside letters and digits. */
  private static final String MARKS = "._~+/-";

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
    String token = tokenOf(all.nextElement());
    return all.hasMoreElements() ? null : token;
  }

  /**
   * The token of a header, or null where that is not of its form. The name of the scheme is in any
   * case (RFC 9110, section 11.1). By hand, since an expression takes longer than all the rest.
   */
  static @Nullable String tokenOf(String header) {
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    String token = trimSpaces(header, SCHEME.length());
    int end = 0;
    while (end < token.length() && isOfTokens(token.charAt(end))) {
      end++;
    }
    boolean isSome = end > 0;
    while (end < token.length() && token.charAt(end) == '=') {
      end++;
    }
    return isSome && end == token.length() ? token : null;
  }

  /** Without the spaces, and nothing else, at both ends of what begins at {@code start}. */
  private static String trimSpaces(String text, int start) {
    int begin = start;
    int end = text.length();
    while (begin < end && text.charAt(begin) == ' ') {
      begin++;
    }
    while (end > begin && text.charAt(end - 1) == ' ') {
      end--;
    }
    return text.substring(begin, end);
  }

  private static boolean isOfTokens(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || MARKS.indexOf(c) >= 0;
  }
}
