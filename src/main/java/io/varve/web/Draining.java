package io.varve.web;

import io.varve.model.StoreErrors;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses new work from the moment on that the service is told to stop. What was begun before goes
 * on to its end, and so do transactions that are open, and probes are answered.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10) // behind the revisions on every answer
final class Draining extends OncePerRequestFilter
    implements ApplicationListener<ContextClosedEvent> {
  private static final String WORK = "/v1/";
  private static final String BEGUN_WORK = "/v1/transactions/";

  private final Problems problems;
  private volatile boolean draining;

  Draining(Problems problems) {
    this.problems = problems;
  }

  @Override
  public void onApplicationEvent(ContextClosedEvent event) {
    draining = true;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (draining && isNewWork(request.getRequestURI())) {
      problems.write(request, response, StoreErrors.shuttingDown());
    } else {
      chain.doFilter(request, response);
    }
  }

  private static boolean isNewWork(String path) {
    return path.startsWith(WORK) && !path.startsWith(BEGUN_WORK);
  }
}
