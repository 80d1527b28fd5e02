package io.varve.web;

import io.varve.model.StoreException;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * A request whose body is as it was before the client coded it, of a length that is not known. A
 * coding that is not known is refused when the body is read. Used by one thread.
 */
final class DecodedRequest extends HttpServletRequestWrapper implements AutoCloseable {
  private final HttpServletResponse response;
  private final WorkPools pools;
  private final Deque<InflatingStream> open = new ArrayDeque<>();
  private @Nullable ServletInputStream body;

  DecodedRequest(HttpServletRequest request, HttpServletResponse response, WorkPools pools) {
    super(request);
    this.response = response;
    this.pools = pools;
  }

  /** Whether the body of {@code request} is coded, or said to be. */
  static boolean isNeeded(HttpServletRequest request) {
    return request.getHeader(HttpHeaders.CONTENT_ENCODING) != null;
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    if (body == null) {
      body = decoded();
    }
    return body;
  }

  private ServletInputStream decoded() throws IOException {
    List<ContentCoding> codings = codings();
    ServletInputStream received = super.getInputStream();
    InputStream decoded = received;
    long announced = super.getContentLengthLong();
    for (ContentCoding coding : codings.reversed()) {
      InflatingStream inflating = new InflatingStream(decoded, coding, announced, pools);
      open.add(inflating);
      decoded = inflating;
      announced = -1;
    }
    return new Body(decoded);
  }

  private List<ContentCoding> codings() {
    try {
      return ContentCoding.parse(super.getHeaders(HttpHeaders.CONTENT_ENCODING));
    } catch (StoreException e) {
      // What would do (RFC 9110, section 15.5.16).
      response.setHeader(HttpHeaders.ACCEPT_ENCODING, ContentCoding.KNOWN);
      throw e;
    }
  }

  @Override
  public BufferedReader getReader() {
    throw new IllegalStateException("bodies are read as bytes");
  }

  @Override
  public int getContentLength() {
    return -1;
  }

  @Override
  public long getContentLengthLong() {
    return -1;
  }

  @Override
  public @Nullable String getHeader(String name) {
    return isHidden(name) ? null : super.getHeader(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return isHidden(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
  }

  @Override
  public int getIntHeader(String name) {
    return isHidden(name) ? -1 : super.getIntHeader(name);
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    List<String> names = Collections.list(super.getHeaderNames());
    return Collections.enumeration(names.stream().filter(name -> !isHidden(name)).toList());
  }

  /** What is true of the body as it was sent alone. */
  private static boolean isHidden(String name) {
    return name.equalsIgnoreCase(HttpHeaders.CONTENT_ENCODING)
        || name.equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH);
  }

  /** Frees what decoding takes; the body is not read any more. */
  @Override
  public void close() {
    open.forEach(InflatingStream::close);
  }

  /** Blocks where there is nothing yet. */
  private static final class Body extends ServletInputStream {
    private final InputStream decoded;
    private boolean isFinished;

    Body(InputStream decoded) {
      this.decoded = decoded;
    }

    @Override
    public int read() throws IOException {
      int one = decoded.read();
      isFinished |= one < 0;
      return one;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int some = decoded.read(target, offset, length);
      isFinished |= some < 0;
      return some;
    }

    @Override
    public boolean isFinished() {
      return isFinished;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new IllegalStateException("a request that is not asynchronous has no listener");
    }
  }
}
