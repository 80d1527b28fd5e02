package io.varve.tracing;

import io.micrometer.observation.Observation;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerMapping;

/** Makes the span of a request. It never holds the path, which has the key, nor a header. */
final class RequestSpanHandler
    extends PropagatingReceiverTracingObservationHandler<RequestContext> {
  private static final int FIRST_SERVER_ERROR = 500;
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE");

  RequestSpanHandler(Tracer tracer, Propagator propagator) {
    super(tracer, propagator);
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof RequestContext;
  }

  /** The names of the attributes are those of OpenTelemetry for a server's HTTP spans. */
  @Override
  public void customizeReceiverSpan(RequestContext context, Span span) {
    HttpServletRequest request = context.request();
    String method = METHODS.contains(request.getMethod()) ? request.getMethod() : null;
    String route = route(request);
    context.setContextualName(name(method, route));
    span.tag("http.request.method", method == null ? "_OTHER" : method);
    if (route != null) {
      span.tag("http.route", route);
    }
    span.tag("http.response.status_code", context.status());
    if (context.status() >= FIRST_SERVER_ERROR) {
      SpanErrors.mark(span, Integer.toString(context.status()));
    }
  }

  private static @Nullable String route(HttpServletRequest request) {
    Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    return pattern == null ? null : pattern.toString();
  }

  private static String name(@Nullable String method, @Nullable String route) {
    String start = method == null ? "HTTP" : method;
    return route == null ? start : start + ' ' + route;
  }
}
