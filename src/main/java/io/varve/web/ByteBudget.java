package io.varve.web;

import io.varve.model.StoreErrors;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Bounds the bytes of bodies and answers that requests hold in the heap, all of them together.
 *
 * <p>Each request has a share, which grows while it reads its body and makes its answer and ends
 * with the request. So clients that are slow to send or to read hold what they have asked for, and
 * when that is too much the next ones are refused. A request that is alone may have all it needs.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class ByteBudget extends OncePerRequestFilter {
  private static final String SHARE = ByteBudget.class.getName();
  private static final long LONGEST_RETRY_MS = 60_000;

  private final long maxBytes;
  private final MeanDuration meanHold = new MeanDuration();
  private final AtomicLong held = new AtomicLong();

  /** At most {@code maxBytes} at a time. */
  ByteBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** A share, which must be released. */
  Share open() {
    return new Share();
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Share share = open();
    request.setAttribute(SHARE, share);
    try {
      chain.doFilter(request, response);
    } finally {
      share.release();
    }
  }

  /** The share of a request. */
  static Share of(ServletRequest request) {
    if (request.getAttribute(SHARE) instanceof Share share) {
      return share;
    }
    throw new IllegalStateException("every request passes the filter");
  }

  /** Bytes that they may hold. */
  long maxBytes() {
    return maxBytes;
  }

  /** Bytes that all requests hold now. */
  long held() {
    return held.get();
  }

  /** What one request holds. Used by its thread. */
  final class Share {
    private final long startedNanos = System.nanoTime();
    private long bytes;

    private Share() {}

    /** Takes so many bytes more. Throws {@code TOO_MANY_REQUESTS} and takes none. */
    void add(long more) {
      long all = held.addAndGet(more);
      if (all > maxBytes && all - more > bytes) {
        held.addAndGet(-more);
        throw StoreErrors.tooManyRequests(
            "Requests hold "
                + (all - more)
                + " bytes of bodies and answers; the limit is "
                + maxBytes
                + ". Try again later.",
            maxBytes,
            Math.clamp(TimeUnit.NANOSECONDS.toMillis(meanHold.nanos()), 1, LONGEST_RETRY_MS));
      }
      bytes += more;
    }

    long bytes() {
      return bytes;
    }

    /** Gives back all but so many bytes, for instance before something is tried again. */
    void shrinkTo(long fewer) {
      held.addAndGet(fewer - bytes);
      bytes = fewer;
    }

    /** Gives all of it back. */
    void release() {
      if (bytes > 0) {
        held.addAndGet(-bytes);
        bytes = 0;
        meanHold.note(System.nanoTime() - startedNanos);
      }
    }
  }
}
