package io.varve.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.web.firewall.FirewalledRequest;
import org.springframework.security.web.firewall.HttpFirewall;

/**
 * Refuses nothing. Spring Security refuses unusual paths lest a rule about one path is passed by
 * with another way to write it. No rule of ours is about paths, but for a list of open ones that is
 * compared byte for byte; and a key may have a percent sign or a line end in it.
 */
final class PassingFirewall implements HttpFirewall {
  @Override
  public FirewalledRequest getFirewalledRequest(HttpServletRequest request) {
    return new FirewalledRequest(request) {
      @Override
      public void reset() {
        // Nothing was changed.
      }
    };
  }

  @Override
  public HttpServletResponse getFirewalledResponse(HttpServletResponse response) {
    return response;
  }
}
