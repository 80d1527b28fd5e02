package io.varve.tracing;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import jakarta.servlet.http.HttpServletRequest;

/** A request that is being observed. */
final class RequestContext extends ReceiverContext<HttpServletRequest> {
  private static final int INTERNAL_ERROR = 500;

  private final HttpServletRequest request;
  private int status = INTERNAL_ERROR;

  RequestContext(HttpServletRequest request) {
    super(HttpServletRequest::getHeader, Kind.SERVER);
    setCarrier(request);
    this.request = request;
  }

  HttpServletRequest request() {
    return request;
  }

  /** Of the answer; that of a bug as long as there is no answer. */
  int status() {
    return status;
  }

  void answered(int newStatus) {
    status = newStatus;
  }
}
