package io.varve.web;

import io.varve.access.Action;
import io.varve.access.Principal;
import io.varve.authentication.CallerAuthentication;
import io.varve.authentication.Identification;
import io.varve.model.AccessErrors;
import io.varve.model.StoreException;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Turns away who has not shown who he is, before anything else sees the request: no body is read,
 * no trace is begun, nothing of the store is touched. Whoever comes in is the {@link Caller} from
 * then on. What is not of the API is decided here; the calls of the API decide for themselves.
 */
final class AccessGate implements Filter {
  private final Identification identification;
  private final Problems problems;
  private final RevisionHeaders headers;

  AccessGate(Identification identification, Problems problems, RevisionHeaders headers) {
    this.identification = identification;
    this.problems = problems;
    this.headers = headers;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var asked = (HttpServletRequest) request;
    RawPath.Area area = RawPath.area(asked);
    Principal principal = principal();
    if (area == RawPath.Area.HEALTH) {
      chain.doFilter(request, response);
    } else if (principal == null) {
      refuse(asked, (HttpServletResponse) response, AccessErrors.unauthenticated());
    } else {
      admit(asked, (HttpServletResponse) response, new Caller(principal), area, chain);
    }
  }

  private void admit(
      HttpServletRequest request,
      HttpServletResponse response,
      Caller caller,
      RawPath.Area area,
      FilterChain chain)
      throws ServletException, IOException {
    caller.attach(request);
    try {
      requireForArea(caller, request, area);
      if (area != RawPath.Area.API) {
        KeyedCalls.refuseUnlessRead(request); // handlers of the Actuator know no keys
      }
    } catch (StoreException e) {
      refuse(request, response, e);
      return;
    }
    boolean decides = area == RawPath.Area.API;
    chain.doFilter(request, decides ? new DecidedAnswer(response, caller) : response);
  }

  private static void requireForArea(Caller caller, HttpServletRequest request, RawPath.Area area) {
    switch (area) {
      case HEALTH, DOCUMENT, API -> {}
      case METRICS -> caller.require(isRead(request) ? Action.OBSERVE : Action.ADMINISTER);
      case OTHER -> caller.require(Action.ADMINISTER);
    }
  }

  private static boolean isRead(HttpServletRequest request) {
    return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
  }

  /** Who calls, as far as it is known; null where he has to say and has not. */
  private @Nullable Principal principal() {
    if (!identification.isNeeded()) {
      return Principal.ANONYMOUS;
    }
    return SecurityContextHolder.getContext().getAuthentication()
            instanceof CallerAuthentication known
        ? known.caller()
        : null;
  }

  private void refuse(
      HttpServletRequest request, HttpServletResponse response, StoreException problem)
      throws IOException {
    headers.setAll(response);
    problems.write(request, response, problem);
  }
}
