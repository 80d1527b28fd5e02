package io.varve.web;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Reads away what a request has left of its body, so that the client sees its answer before the
 * connection ends, for a bounded time and no longer.
 */
final class UnreadBody extends ValveBase {
  /*
   * The server does this too, up to so many bytes but for any time: a client that is refused at once, for
   * want of a token for instance, could go on for days. So what is left when this valve is done is left
   * unread, and the connection closed.
   */
  private final long timeoutNanos;

  UnreadBody(Duration timeout) {
    super(true);
    this.timeoutNanos = timeout.toNanos();
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    getNext().invoke(request, response);
    org.apache.coyote.Request received = request.getCoyoteRequest();
    if (request.isAsync() || received.isFinished()) {
      return;
    }
    response.finishResponse();
    // A read that has failed once was given its time: the client is silent or gone.
    if (received.isExceptionPresent() || !readAway(received, maxBytes(request))) {
      received.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
    }
  }

  /** As the server is set up. */
  private static long maxBytes(Request request) {
    int max =
        request.getConnector().getProtocolHandler() instanceof AbstractHttp11Protocol<?> http
            ? http.getMaxSwallowSize()
            : 0;
    return max < 0 ? Long.MAX_VALUE : max;
  }

  /** Whether it came to its end. A client that was never told to send it may never do so. */
  private boolean readAway(org.apache.coyote.Request request, long maxBytes) {
    if (request.hasExpectation() && request.getBytesRead() == 0) {
      return false;
    }
    Discarded discarded = new Discarded();
    long begun = System.nanoTime();
    long bytes = 0;
    try {
      while (!request.isFinished()) {
        int read = request.doRead(discarded);
        if (read < 0) {
          return true;
        }
        bytes += read;
        if (bytes > maxBytes || System.nanoTime() - begun > timeoutNanos) {
          return false;
        }
      }
      return true;
    } catch (IOException _) {
      return false; // the client is gone, or sends nothing
    }
  }

  /** Where bytes go that nobody wants. */
  private static final class Discarded implements ApplicationBufferHandler {
    private ByteBuffer buffer = EMPTY_BUFFER;

    @Override
    public void setByteBuffer(ByteBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    public ByteBuffer getByteBuffer() {
      return buffer;
    }

    @Override
    public void expand(int size) {
      // Nothing is kept.
    }
  }
}
