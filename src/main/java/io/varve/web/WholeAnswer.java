package io.varve.web;

import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Ends an answer whose handler has returned normally although the body of the request failed, as
 * that of a bulk load whose client fell silent does. Otherwise the server finds the failure noted
 * and closes the connection before the last chunk, as if the answer had broken off.
 */
final class WholeAnswer extends ValveBase {
  private static final String NOTE = WholeAnswer.class.getName();

  WholeAnswer() {
    super(true);
  }

  /** Notes that a handler has written all of the answer to {@code request}. */
  static void note(ServletRequest request) {
    request.setAttribute(NOTE, true);
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    getNext().invoke(request, response);
    if (request.getAttribute(NOTE) != null
        && response.isCommitted()
        && request.getCoyoteRequest().isExceptionPresent()) {
      response.finishResponse();
    }
  }
}
