package io.varve.web;

import io.varve.model.StoreErrors;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Enumeration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;

/**
 * Turns away who shows no token, before anything else sees the request: no body is read, no trace
 * is begun, nothing of the store is touched.
 */
final class TokenGate implements Filter {
  /*
   * What is open is a list of paths, and the path is taken as it was sent, byte for byte. The parts of a
   * server read an unusual path in their own ways: they decode it, fold dots and double slashes, and cut
   * parameters off. Each of these can make another path of one that looks open. A path with any of them is
   * none of the list, so it needs a token, and where it leads does not matter.
   */
  private static final Pattern OPEN =
      Pattern.compile("/livez|/readyz|/startupz|/actuator/health(?:/[A-Za-z0-9_-]+)*");

  /** RFC 6750, section 2.1; the name of the scheme is in any case (RFC 9110, section 11.1). */
  private static final Pattern CREDENTIALS =
      Pattern.compile("(?i:Bearer) +([A-Za-z0-9._~+/-]+=*) *");

  private final AccessTokens tokens;
  private final Problems problems;
  private final RevisionHeaders headers;

  TokenGate(AccessTokens tokens, Problems problems, RevisionHeaders headers) {
    this.tokens = tokens;
    this.problems = problems;
    this.headers = headers;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var asked = (HttpServletRequest) request;
    if (!tokens.isNeeded() || isOpen(asked) || isAuthenticated(asked)) {
      chain.doFilter(request, response);
    } else {
      refuse(asked, (HttpServletResponse) response);
    }
  }

  private static boolean isOpen(HttpServletRequest request) {
    String base = request.getServletContext().getContextPath();
    String path = request.getRequestURI();
    return path.startsWith(base) && OPEN.matcher(path.substring(base.length())).matches();
  }

  /** Two headers are none: which of them counts is not for us to guess. */
  private boolean isAuthenticated(HttpServletRequest request) {
    Enumeration<String> all = request.getHeaders(HttpHeaders.AUTHORIZATION);
    if (!all.hasMoreElements()) {
      return false;
    }
    Matcher credentials = CREDENTIALS.matcher(all.nextElement());
    return !all.hasMoreElements() && credentials.matches() && tokens.accept(credentials.group(1));
  }

  private void refuse(HttpServletRequest request, HttpServletResponse response) throws IOException {
    headers.setAll(response);
    problems.write(request, response, StoreErrors.unauthenticated());
  }
}
