package io.varve.web;

import io.varve.model.StoreErrors;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.time.Duration;

/**
 * Bounds the time that a body takes. The server itself bounds each read, so that a client which
 * sends a byte from time to time would be waited for as long as it likes.
 */
final class BodyDeadline implements Filter {
  /** A load comes for as long as it takes; it holds no more than a line and a chunk. */
  private static final String UNBOUNDED = "/v1/bulk";

  private final Duration timeout;

  BodyDeadline(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    HttpServletRequest asked = (HttpServletRequest) request;
    boolean isBounded = hasBody(asked) && !isLoad(asked);
    chain.doFilter(isBounded ? new TimedRequest(asked) : asked, response);
  }

  /** Of an unknown length where it is neither announced nor there. */
  private static boolean hasBody(HttpServletRequest request) {
    return request.getContentLengthLong() != 0;
  }

  /** By the path as it was sent: in any other way of writing it, a load has no more time. */
  private static boolean isLoad(HttpServletRequest request) {
    return request.getRequestURI().equals(request.getServletContext().getContextPath() + UNBOUNDED);
  }

  private final class TimedRequest extends HttpServletRequestWrapper {
    TimedRequest(HttpServletRequest request) {
      super(request);
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
      return new TimedStream(super.getInputStream());
    }
  }

  /** Used by one thread. */
  private final class TimedStream extends ServletInputStream {
    private final ServletInputStream body;

    /** When somebody first wanted it: a client may wait until then with sending. */
    private long begun;

    private boolean isBegun;

    TimedStream(ServletInputStream body) {
      this.body = body;
    }

    @Override
    public int read() throws IOException {
      begin();
      int one = body.read();
      checkTime();
      return one;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      begin();
      int some = body.read(target, offset, length);
      checkTime();
      return some;
    }

    private void begin() {
      if (!isBegun) {
        isBegun = true;
        begun = System.nanoTime();
      }
    }

    private void checkTime() {
      if (System.nanoTime() - begun > timeout.toNanos()) {
        throw StoreErrors.requestTimeout(timeout.toMillis());
      }
    }

    @Override
    public int available() throws IOException {
      return body.available();
    }

    @Override
    public void close() throws IOException {
      body.close();
    }

    @Override
    public boolean isFinished() {
      return body.isFinished();
    }

    @Override
    public boolean isReady() {
      return body.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      body.setReadListener(listener);
    }
  }
}
