package io.varve.tracing;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.otel.bridge.OtelSpan;
import io.opentelemetry.api.trace.StatusCode;

/** How a span says that what it stands for failed. */
final class SpanErrors {
  private SpanErrors() {}

  /** Without the exception: its text names keys, and a collector is not the place for them. */
  static void mark(Span span, String type) {
    span.tag("error.type", type);
    OtelSpan.toOtel(span).setStatus(StatusCode.ERROR);
  }
}
