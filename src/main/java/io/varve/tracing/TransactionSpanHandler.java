package io.varve.tracing;

import io.micrometer.observation.Observation;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;

/** Makes the span of a transaction. */
final class TransactionSpanHandler extends DefaultTracingObservationHandler {
  TransactionSpanHandler(Tracer tracer) {
    super(tracer);
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof TransactionContext;
  }

  @Override
  public void tagSpan(Observation.Context context, Span span) {
    var transaction = (TransactionContext) context;
    TransactionContext.Committed done = transaction.committed();
    if (done != null) {
      span.tag("varve.transaction.outcome", done.wrote() ? "COMMITTED" : "READ_ONLY");
      span.tag("varve.transaction.attempts", done.attempts());
      span.tag("varve.revision", done.revision());
    }
    TransactionContext.Refused refused = transaction.refused();
    if (refused != null) {
      span.tag("varve.transaction.outcome", refused.code());
      if (refused.isFault()) {
        SpanErrors.mark(span, refused.code());
      }
    }
  }
}
