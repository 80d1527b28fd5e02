package io.varve.tracing;

import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;

/** The parts that turn observations into spans. */
public final class Tracing {
  private Tracing() {}

  /** Makes spans that {@code export} sends. */
  public static Tracer tracer(SpanExport export) {
    return new OtelTracer(export.tracer(), new OtelCurrentTraceContext(), _ -> {});
  }

  /** Reads {@code traceparent} and {@code tracestate}; baggage is nobody's business here. */
  public static Propagator propagator(SpanExport export) {
    return new OtelPropagator(
        ContextPropagators.create(W3CTraceContextPropagator.getInstance()), export.tracer());
  }

  /** Makes a span of every observation of ours, and of no other, and no meter. */
  public static ObservationRegistry observations(Tracer tracer, Propagator propagator) {
    ObservationRegistry registry = ObservationRegistry.create();
    registry
        .observationConfig()
        .observationPredicate(
            (_, context) ->
                context instanceof RequestContext || context instanceof TransactionContext)
        .observationHandler(
            new FirstMatchingCompositeObservationHandler(
                new RequestSpanHandler(tracer, propagator), new TransactionSpanHandler(tracer)))
        .observationHandler(new LogContext());
    return registry;
  }
}
