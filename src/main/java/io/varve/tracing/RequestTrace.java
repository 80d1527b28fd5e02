package io.varve.tracing;

import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;

/** The trace that a request is part of. */
public final class RequestTrace {
  private static final String ID = RequestTrace.class.getName() + ".id";

  private RequestTrace() {}

  /** The id of the trace; null where the request is in none. */
  public static @Nullable String idOf(ServletRequest request) {
    return (String) request.getAttribute(ID);
  }

  /** Outlives the span, since an error may be answered after it. */
  static void note(ServletRequest request, String traceId) {
    request.setAttribute(ID, traceId);
  }
}
