package io.varve.web;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * The answer to a call of the API. Its body is closed until it was decided that the caller may do
 * what he asks for, so that a method that forgets to ask tells nothing, however it writes and
 * whatever servlet it is called by. A refusal needs no decision. Used by the thread of the request.
 */
final class DecidedAnswer extends HttpServletResponseWrapper {
  private static final int FIRST_REFUSAL = 400;

  private final Caller caller;

  DecidedAnswer(HttpServletResponse response, Caller caller) {
    super(response);
    this.caller = caller;
  }

  /** The stream; throws INTERNAL_ERROR where nothing was decided. */
  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    requireDecided();
    return super.getOutputStream();
  }

  /** The writer; throws INTERNAL_ERROR where nothing was decided. */
  @Override
  public PrintWriter getWriter() throws IOException {
    requireDecided();
    return super.getWriter();
  }

  /** Sends what there is; throws INTERNAL_ERROR where nothing was decided. */
  @Override
  public void flushBuffer() throws IOException {
    requireDecided();
    super.flushBuffer();
  }

  private void requireDecided() {
    if (getStatus() < FIRST_REFUSAL) {
      caller.requireDecided();
    }
  }
}
