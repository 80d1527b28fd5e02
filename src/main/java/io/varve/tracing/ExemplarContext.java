package io.varve.tracing;

import io.opentelemetry.api.trace.Span;
import io.prometheus.metrics.tracer.common.SpanContext;
import org.jspecify.annotations.Nullable;

/** Tells meters which span an exemplar may name: the current one, if it is kept at all. */
public final class ExemplarContext implements SpanContext {
  private static io.opentelemetry.api.trace.SpanContext current() {
    return Span.current().getSpanContext();
  }

  @Override
  public @Nullable String getCurrentTraceId() {
    return current().isValid() ? current().getTraceId() : null;
  }

  @Override
  public @Nullable String getCurrentSpanId() {
    return current().isValid() ? current().getSpanId() : null;
  }

  @Override
  public boolean isCurrentSpanSampled() {
    return current().isSampled();
  }

  /** Whether a span is kept is settled when it begins. */
  @Override
  public void markCurrentSpanAsExemplar() {}
}
