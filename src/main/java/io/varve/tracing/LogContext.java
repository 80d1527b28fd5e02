package io.varve.tracing;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Puts the ids of the current span into the context of the log. To be registered after what makes
 * the span.
 */
final class LogContext implements ObservationHandler<Observation.Context> {
  static final String TRACE_ID = "traceId";
  static final String SPAN_ID = "spanId";

  /** What the log said outside of a scope. */
  private record Outside(@Nullable String traceId, @Nullable String spanId) {}

  @Override
  public boolean supportsContext(Observation.Context context) {
    return true;
  }

  @Override
  public void onScopeOpened(Observation.Context context) {
    context.put(Outside.class, new Outside(MDC.get(TRACE_ID), MDC.get(SPAN_ID)));
    SpanContext span = Span.current().getSpanContext();
    MDC.put(TRACE_ID, span.getTraceId());
    MDC.put(SPAN_ID, span.getSpanId());
  }

  @Override
  public void onScopeClosed(Observation.Context context) {
    if (context.get(Outside.class) instanceof Outside outside) {
      set(TRACE_ID, outside.traceId());
      set(SPAN_ID, outside.spanId());
    }
  }

  private static void set(String name, @Nullable String value) {
    if (value == null) {
      MDC.remove(name);
    } else {
      MDC.put(name, value);
    }
  }
}
