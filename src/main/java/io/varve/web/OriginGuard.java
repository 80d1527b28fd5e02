package io.varve.web;

import io.varve.model.AccessErrors;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Turns away what a page of another site has made a browser send. */
final class OriginGuard implements Filter {
  /*
   * The browser of somebody who may use the service stands where he stands: on his machine, behind his
   * firewall. A page from anywhere can have it send requests here, though it cannot read the answers.
   *
   * Which requests are those of a foreign page is decided as CrossOriginProtection of Go's net/http does:
   * safe methods pass, for they change nothing. Others pass if Sec-Fetch-Site, which no page can set, says
   * "same-origin" or "none" (the user himself). A browser without that header still sends Origin with such
   * a request, which must be the host that it is sent to. With neither, it is no browser.
   *
   * Where there are no tokens there is a second way in: a page has its own name resolve to 127.0.0.1, and
   * is of the same origin then (DNS rebinding). The browser sends that name as Host, so there it must be a
   * name that nobody else can own. What a proxy says of the host (X-Forwarded-Host) is not looked at: a page
   * can write it. A request without Host, of HTTP/1.0, is of no browser.
   *
   * CORS is off: no page of another site may read anything. A preflight asks for exactly that.
   */
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  private final boolean loopbackOnly;
  private final Problems problems;
  private final RevisionHeaders headers;

  OriginGuard(boolean loopbackOnly, Problems problems, RevisionHeaders headers) {
    this.loopbackOnly = loopbackOnly;
    this.problems = problems;
    this.headers = headers;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    HttpServletRequest asked = (HttpServletRequest) request;
    String why = reasonToRefuse(asked);
    if (why == null) {
      chain.doFilter(request, response);
      return;
    }
    HttpServletResponse answer = (HttpServletResponse) response;
    headers.setAll(answer);
    problems.write(asked, answer, AccessErrors.foreignOrigin(why));
  }

  private @Nullable String reasonToRefuse(HttpServletRequest request) {
    String host = request.getHeader(HttpHeaders.HOST);
    if (loopbackOnly && host != null && !LoopbackNames.isLoopback(host)) {
      return "Without tokens this service is for this machine only, under a name of it such as"
          + " localhost.";
    }
    if (isPreflight(request)) {
      return "Pages of other sites may not use this service.";
    }
    return isForeign(request, host)
        ? "A page of another site has made a browser send this request."
        : null;
  }

  private static boolean isPreflight(HttpServletRequest request) {
    return request.getMethod().equals("OPTIONS")
        && request.getHeader(HttpHeaders.ORIGIN) != null
        && request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) != null;
  }

  private static boolean isForeign(HttpServletRequest request, @Nullable String host) {
    if (SAFE.contains(request.getMethod())) {
      return false;
    }
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null && !site.isEmpty()) {
      return !site.equals("same-origin") && !site.equals("none");
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    return origin != null && !isOf(origin, host);
  }

  /**
   * Whether an origin is that of this host; "null", as a sandboxed page has it, is that of none.
   */
  private static boolean isOf(String origin, @Nullable String host) {
    try {
      String authority = new URI(origin).getRawAuthority();
      return authority != null
          && host != null
          && authority.toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT));
    } catch (URISyntaxException _) {
      return false;
    }
  }
}
