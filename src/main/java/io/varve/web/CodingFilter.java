package io.varve.web;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Decodes bodies that clients have compressed, and compresses answers for clients that accept it.
 */
final class CodingFilter implements Filter {
  private final WorkPools pools;

  CodingFilter(WorkPools pools) {
    this.pools = pools;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var asked = (HttpServletRequest) request;
    var answer = (HttpServletResponse) response;
    RawPath.Area area = RawPath.area(asked);
    if (area == RawPath.Area.HEALTH) {
      chain.doFilter(request, response);
      return;
    }
    boolean isDecoded = area == RawPath.Area.API && DecodedRequest.isNeeded(asked);
    try (var coded = new CodedResponse(asked, answer, pools);
        var decoded = isDecoded ? new DecodedRequest(asked, answer, pools) : null) {
      chain.doFilter(decoded == null ? asked : decoded, coded);
      coded.finish();
      WholeAnswer.note(asked);
    }
  }
}
