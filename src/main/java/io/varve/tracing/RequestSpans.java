package io.varve.tracing;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Gives each request a span, below that of the caller if it names one in {@code traceparent}, and
 * names it in the answer.
 */
public final class RequestSpans implements Filter {
  /**
   * Tells the caller in which trace to look. A proposal of the W3C beside {@code traceparent}, with
   * the same fields; that one itself is for requests only.
   */
  public static final String TRACE_RESPONSE = "traceresponse";

  private final ObservationRegistry observations;

  public RequestSpans(ObservationRegistry observations) {
    this.observations = observations;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    var context = new RequestContext((HttpServletRequest) request);
    var answer = (HttpServletResponse) response;
    Observation observation = Observation.start("varve.request", () -> context, observations);
    try (Observation.Scope _ = observation.openScope()) {
      SpanContext span = Span.current().getSpanContext();
      RequestTrace.note(request, span.getTraceId());
      answer.setHeader(TRACE_RESPONSE, traceResponse(span));
      chain.doFilter(request, response);
      context.answered(answer.getStatus());
    } finally {
      observation.stop();
    }
  }

  private static String traceResponse(SpanContext span) {
    return "00-" + span.getTraceId() + '-' + span.getSpanId() + '-' + span.getTraceFlags().asHex();
  }
}
