package io.varve.web;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/**
 * An answer that is compressed with gzip if the client wants it, and if it is text of a size that
 * is worth it. Used by one thread at a time.
 */
final class CodedResponse extends HttpServletResponseWrapper implements AutoCloseable {
  /*
   * The server can compress by itself. It leaves alone what has a strong tag, though, which an entry has for
   * the sake of If-Match, and computes on the thread of the request.
   *
   * What to do is decided once, when the first byte goes out or the headers do: then status, type and length
   * are known. Of an answer that does not say its length the beginning is held, so that a small one stays as
   * it is. The end of gzip is written by finish() alone: an answer that breaks off has none, and its client
   * cannot take the part that it has for the whole.
   *
   * A HEAD has the headers that a GET would have. Where the bytes are not written, they do not tell.
   */

  /** Smaller answers take about as many packets either way. */
  static final int MIN_BYTES = 1 << 10;

  private static final String GZIP = "gzip";
  private static final int OK = 200;
  private static final int NOT_MODIFIED = 304;

  /** Without a body, or with a part of one. */
  private static final Set<Integer> NEVER = Set.of(204, 205, 206, NOT_MODIFIED);

  private static final Set<String> TYPES =
      Set.of(
          MediaType.APPLICATION_JSON_VALUE,
          MediaType.APPLICATION_NDJSON_VALUE,
          "application/openmetrics-text");

  private final HttpServletRequest request;
  private final WorkPools pools;
  private final boolean isHead;
  private @Nullable Body body;
  private @Nullable PrintWriter writer;
  private long length = -1;
  private boolean isDecided;
  private boolean isCoded;
  private @Nullable String plainTag;
  private @Nullable GzipSteps gzip;
  private byte[] held = new byte[0];
  private int heldBytes;

  /** Whether a step failed: the answer has no end then. */
  private boolean isBroken;

  CodedResponse(HttpServletRequest request, HttpServletResponse response, WorkPools pools) {
    super(response);
    this.request = request;
    this.pools = pools;
    this.isHead = request.getMethod().equals("HEAD");
  }

  /** Decides, once, whether to compress; nothing of the answer has been sent before. */
  private void decide(boolean isLong) throws IOException {
    isDecided = true;
    if (!isLong
        || NEVER.contains(getStatus())
        || !isText(getContentType())
        || containsHeader(HttpHeaders.CONTENT_ENCODING)) {
      return;
    }
    vary();
    if (!AcceptedCodings.of(request).isGzipWelcome()) {
      return;
    }
    isCoded = true;
    setHeader(HttpHeaders.CONTENT_ENCODING, GZIP);
    super.setContentLengthLong(-1);
    String tag = getHeader(HttpHeaders.ETAG);
    if (tag != null && getStatus() == OK && isRead()) { // that of a write names the entry
      plainTag = tag;
      setHeader(HttpHeaders.ETAG, EntityTags.gzipped(tag));
    }
    if (!isHead) {
      gzip = new GzipSteps(pools);
    }
  }

  private boolean isRead() {
    return isHead || request.getMethod().equals("GET");
  }

  /** The answer depends on what the client accepts, or would if it were longer. */
  private void vary() {
    Collection<String> others = getHeaders(HttpHeaders.VARY);
    String all = String.join(", ", others);
    if (!all.toLowerCase(Locale.ROOT).contains("accept-encoding") && !all.contains("*")) {
      setHeader(
          HttpHeaders.VARY,
          all.isEmpty() ? HttpHeaders.ACCEPT_ENCODING : all + ", " + HttpHeaders.ACCEPT_ENCODING);
    }
  }

  /** By its name: what is stored with another type may be compressed already. */
  private static boolean isText(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    String type = contentType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    return type.startsWith("text/")
        || TYPES.contains(type)
        || (type.startsWith("application/") && type.endsWith("+json"));
  }

  /** Whether its lines are for the client at once, however few. */
  private boolean isStream() {
    String type = getContentType();
    return type != null && type.startsWith(MediaType.APPLICATION_NDJSON_VALUE);
  }

  private void write(byte[] bytes, int offset, int count) throws IOException {
    if (!isDecided) {
      if (length < 0 && heldBytes + count < MIN_BYTES) {
        hold(bytes, offset, count);
        return;
      }
      decide(length < 0 || length >= MIN_BYTES);
      releaseHeld();
    }
    pass(bytes, offset, count);
  }

  private void hold(byte[] bytes, int offset, int count) {
    if (held.length == 0) {
      held = new byte[MIN_BYTES];
    }
    System.arraycopy(bytes, offset, held, heldBytes, count);
    heldBytes += count;
  }

  private void releaseHeld() throws IOException {
    int count = heldBytes;
    heldBytes = 0;
    if (count > 0) {
      pass(held, 0, count);
    }
  }

  private void pass(byte[] bytes, int offset, int count) throws IOException {
    isBroken = true;
    if (!isCoded) {
      super.getOutputStream().write(bytes, offset, count);
    } else if (gzip != null) {
      gzip.write(bytes, offset, count, super.getOutputStream());
    }
    isBroken = false;
  }

  /** A flush of the first bytes of what is no stream: they wait until it is known how many come. */
  private void flush() throws IOException {
    if (isDecided || isStream()) {
      flushBuffer();
    }
  }

  @Override
  public void flushBuffer() throws IOException {
    if (!isDecided) {
      decide(isStream() || length >= MIN_BYTES);
      releaseHeld();
    }
    isBroken = true;
    if (gzip != null) {
      gzip.flush(super.getOutputStream());
    }
    super.flushBuffer();
    isBroken = false;
  }

  /** Sends the rest of an answer that is whole. */
  void finish() throws IOException {
    if (writer != null) {
      writer.flush();
    }
    if (isBroken) {
      return;
    }
    if (!isDecided) {
      if (getStatus() == NOT_MODIFIED && !isCommitted()) {
        confirm();
      }
      decide(isStream() || length >= MIN_BYTES);
      releaseHeld();
    }
    if (gzip != null) {
      gzip.finish(super.getOutputStream());
    }
  }

  /** A 304 confirms the compressed form to a client that has that one. */
  private void confirm() {
    vary();
    String tag = getHeader(HttpHeaders.ETAG);
    if (tag == null) {
      return;
    }
    String gzipped = EntityTags.gzipped(tag);
    EntityTags theirs =
        EntityTags.parse(HttpHeaders.IF_NONE_MATCH, request.getHeaders(HttpHeaders.IF_NONE_MATCH));
    if (theirs != null && theirs.names(gzipped) && !theirs.names(tag)) {
      setHeader(HttpHeaders.ETAG, gzipped);
    }
  }

  @Override
  public void reset() {
    super.reset();
    forget();
    length = -1;
  }

  @Override
  public void resetBuffer() {
    super.resetBuffer();
    if (isCoded) {
      setHeader(HttpHeaders.CONTENT_ENCODING, null);
      if (plainTag != null) {
        setHeader(HttpHeaders.ETAG, plainTag);
      }
    }
    forget();
  }

  private void forget() {
    close();
    gzip = null;
    plainTag = null;
    isCoded = false;
    isDecided = false;
    isBroken = false;
    heldBytes = 0;
  }

  @Override
  public void sendError(int status) throws IOException {
    resetBuffer();
    super.sendError(status);
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    resetBuffer();
    super.sendError(status, message);
  }

  @Override
  public ServletOutputStream getOutputStream() {
    if (writer != null) {
      throw new IllegalStateException("this answer has a writer");
    }
    return body();
  }

  private Body body() {
    if (body == null) {
      body = new Body();
    }
    return body;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    if (writer == null) {
      if (body != null) {
        throw new IllegalStateException("this answer has a stream");
      }
      // No charset is set: the server asks for a writer too, to close it, of an answer that has
      // none.
      Charset charset = Charset.forName(getCharacterEncoding());
      writer = new PrintWriter(new OutputStreamWriter(body(), charset));
    }
    return writer;
  }

  @Override
  public void setContentLength(int bytes) {
    setContentLengthLong(bytes);
  }

  @Override
  public void setContentLengthLong(long bytes) {
    length = bytes;
    super.setContentLengthLong(bytes);
  }

  @Override
  public void setHeader(String name, @Nullable String value) {
    noteLength(name, value);
    super.setHeader(name, value);
  }

  @Override
  public void addHeader(String name, @Nullable String value) {
    noteLength(name, value);
    super.addHeader(name, value);
  }

  private void noteLength(String name, @Nullable String value) {
    if (name.equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH) && value != null) {
      length = Long.parseLong(value);
    }
  }

  /** Frees what compression takes; an answer that is not finished breaks off. */
  @Override
  public void close() {
    if (gzip != null) {
      gzip.close();
    }
  }

  /** Blocks where the client does not read. */
  private final class Body extends ServletOutputStream {
    @Override
    public void write(int one) throws IOException {
      CodedResponse.this.write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      CodedResponse.this.write(bytes, offset, count);
    }

    @Override
    public void flush() throws IOException {
      CodedResponse.this.flush();
    }

    /** The writer of the last byte does not know that all went well. */
    @Override
    public void close() {
      // finish() ends it.
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new IllegalStateException("an answer that is not asynchronous has no listener");
    }
  }
}
