package io.varve.web;

import io.varve.model.Revision;
import io.varve.txn.StoreSessions;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Puts store and revisions on every answer. A controller that reads or makes another revision than
 * the newest one says so before it answers.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1) // behind the gate
final class RevisionHeaders extends OncePerRequestFilter {
  static final String REVISION = "Varve-Revision";
  static final String DURABLE_REVISION = "Varve-Durable-Revision";
  static final String STORE_ID = "Varve-Store-Id";

  private final StoreSessions sessions;

  RevisionHeaders(StoreSessions sessions) {
    this.sessions = sessions;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    setAll(response);
    chain.doFilter(request, response);
  }

  /** For an answer that no controller makes: the state of this moment. */
  void setAll(HttpServletResponse response) {
    response.setHeader(STORE_ID, sessions.storeId().text());
    set(response, sessions.visible());
  }

  /** For an answer about {@code revision}: what was read, made, or judged at. */
  void set(HttpServletResponse response, Revision revision) {
    response.setHeader(REVISION, revision.toString());
    response.setHeader(DURABLE_REVISION, sessions.durable().toString());
  }
}
