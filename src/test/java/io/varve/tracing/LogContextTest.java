package io.varve.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** The log names the span that is current, and no other. */
final class LogContextTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String OUTER = "00f067aa0ba902b7";
  private static final String INNER = "00f067aa0ba902b8";

  private final LogContext log = new LogContext();

  @AfterEach
  void clear() {
    MDC.clear();
  }

  private static Span span(String spanId) {
    return Span.wrap(
        SpanContext.create(TRACE, spanId, TraceFlags.getSampled(), TraceState.getDefault()));
  }

  private static void assertLogged(String spanId) {
    assertThat(MDC.get(LogContext.TRACE_ID)).isEqualTo(TRACE);
    assertThat(MDC.get(LogContext.SPAN_ID)).isEqualTo(spanId);
  }

  @Test
  void scopes_nest() {
    Observation.Context outer = new Observation.Context();
    Observation.Context inner = new Observation.Context();
    try (Scope _ = span(OUTER).makeCurrent()) {
      log.onScopeOpened(outer);
      assertLogged(OUTER);
      try (Scope _ = span(INNER).makeCurrent()) {
        log.onScopeOpened(inner);
        assertLogged(INNER);
        log.onScopeClosed(inner);
      }
      assertLogged(OUTER);
      log.onScopeClosed(outer);
    }
    assertThat(MDC.get(LogContext.TRACE_ID)).isNull();
    assertThat(MDC.get(LogContext.SPAN_ID)).isNull();
  }

  @Test
  void exemplar_namesTheCurrentSpan() {
    var exemplars = new ExemplarContext();
    assertThat(exemplars.getCurrentTraceId()).isNull();
    assertThat(exemplars.getCurrentSpanId()).isNull();
    assertThat(exemplars.isCurrentSpanSampled()).isFalse();
    try (Scope _ = span(OUTER).makeCurrent()) {
      assertThat(exemplars.getCurrentTraceId()).isEqualTo(TRACE);
      assertThat(exemplars.getCurrentSpanId()).isEqualTo(OUTER);
      assertThat(exemplars.isCurrentSpanSampled()).isTrue();
    }
  }
}
