package io.varve.web;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.handler.AbstractHandlerMapping;

/**
 * Answers where no other mapping has a handler, as the last of them. What Spring MVC would do reads
 * the content type, and takes one with a wildcard for a fault of ours.
 */
@Component
final class UnknownPaths extends AbstractHandlerMapping {
  private static final int NOT_FOUND = 404;

  private final HttpRequestHandler nothing;

  UnknownPaths(Problems problems) {
    this.nothing =
        (request, response) ->
            problems.write(request, response, HttpStatuses.errorOf(NOT_FOUND, null));
    setOrder(LOWEST_PRECEDENCE);
  }

  @Override
  protected Object getHandlerInternal(HttpServletRequest request) {
    return nothing;
  }
}
