package io.varve.web;

import io.varve.model.ErrorCode;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A bound on the bytes of a body, checked against what the client announces and again while it is
 * read, so that a body over it is never held as a whole.
 *
 * @param code what a body over it is refused with
 * @param what the body is, for the message
 * @param bytes how many there may be
 */
record BodyLimit(ErrorCode code, String what, long bytes) {
  private static final int BUFFER_BYTES = 8192;

  /** The bound on every JSON body. */
  static BodyLimit ofJson(WebLimits limits) {
    return new BodyLimit(ErrorCode.REQUEST_TOO_LARGE, "The body", limits.requestBytes());
  }

  /** Refuses a body that is announced to be too long; -1 is no announcement. */
  void checkAnnounced(long contentLength) {
    if (contentLength > bytes) {
      throw tooLarge(contentLength);
    }
  }

  /** All of {@code body}, if it is short enough; {@code share} takes its bytes. */
  byte[] readAll(InputStream body, long contentLength, ByteBudget.Share share) throws IOException {
    checkAnnounced(contentLength);
    if (contentLength >= 0) {
      share.add(contentLength);
      byte[] read = body.readNBytes(Math.toIntExact(contentLength));
      if (read.length < contentLength) {
        throw new EOFException("The body ended before its announced length.");
      }
      return read;
    }
    var read = new ByteArrayOutputStream(BUFFER_BYTES);
    limit(body, share).transferTo(read);
    return read.toByteArray();
  }

  /** The same bytes, up to the limit; {@code share} takes each when it is read. */
  InputStream limit(InputStream body, ByteBudget.Share share) {
    return new Limited(body, share);
  }

  /** The body of {@code request} up to the limit, and digested if the request has a key. */
  InputStream open(HttpServletRequest request, InputStream body) {
    checkAnnounced(request.getContentLengthLong());
    return limit(RequestFingerprint.digesting(request, body), ByteBudget.of(request));
  }

  /**
   * All of the body of {@code request}, for a pool to parse, if it is large or does not say how
   * large it is; otherwise null, and nothing is read.
   */
  byte @Nullable [] readIfLarge(HttpServletRequest request, InputStream body) throws IOException {
    long announced = request.getContentLengthLong();
    return announced < 0 || announced > WorkPools.LARGE_BYTES
        ? readAll(body, announced, ByteBudget.of(request))
        : null;
  }

  private StoreException tooLarge(long actual) {
    return StoreErrors.tooLarge(code, what, "bytes", bytes, actual);
  }

  private final class Limited extends FilterInputStream {
    private final ByteBudget.Share share;
    private long read;

    Limited(InputStream body, ByteBudget.Share share) {
      super(body);
      this.share = share;
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      count(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int some = super.read(target, offset, length);
      count(Math.max(0, some));
      return some;
    }

    private void count(int more) {
      read += more;
      if (read > bytes) {
        throw tooLarge(read);
      }
      share.add(more);
    }
  }
}
