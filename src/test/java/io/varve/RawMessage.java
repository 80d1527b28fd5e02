package io.varve;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A message of HTTP/1.1 as it came off a connection. It is read to the letter: what is no such
 * message is an {@link IOException}.
 */
public final class RawMessage {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MAX_HEAD_BYTES = 256 << 10;
  private static final int MAX_BODY_BYTES = 64 << 20;

  private final String startLine;
  private final Map<String, List<String>> headers;
  private final byte[] bytes;
  private final byte[] body;

  private RawMessage(
      String startLine, Map<String, List<String>> headers, byte[] bytes, byte[] body) {
    this.startLine = startLine;
    this.headers = headers;
    this.bytes = bytes;
    this.body = body;
  }

  /** The next request, or null where the connection ends instead. */
  public static @Nullable RawMessage readRequest(InputStream in) throws IOException {
    return read(in, true);
  }

  /**
   * The next answer that is not a provisional one, or null where the connection ends instead.
   *
   * @param method of the request, since an answer to HEAD has no body
   */
  public static @Nullable RawMessage readAnswer(InputStream in, String method) throws IOException {
    boolean mayHaveBody = !method.equals("HEAD");
    RawMessage answer = read(in, mayHaveBody);
    while (answer != null && answer.status() < 200) {
      answer = read(in, mayHaveBody);
    }
    return answer;
  }

  private static @Nullable RawMessage read(InputStream in, boolean mayHaveBody) throws IOException {
    var bytes = new ByteArrayOutputStream();
    String startLine = line(in, bytes);
    if (startLine == null) {
      return null;
    }
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = needed(line(in, bytes)); !line.isEmpty(); line = needed(line(in, bytes))) {
      int colon = line.indexOf(':');
      require(colon > 0, "a header without a name: " + line);
      headers
          .computeIfAbsent(line.substring(0, colon), _ -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    var message = new RawMessage(startLine, headers, new byte[0], new byte[0]);
    byte[] body = mayHaveBody ? message.readBody(in, bytes) : new byte[0];
    return new RawMessage(startLine, headers, bytes.toByteArray(), body);
  }

  private byte[] readBody(InputStream in, ByteArrayOutputStream bytes) throws IOException {
    boolean isAnswer = startLine.startsWith("HTTP/");
    if (isAnswer && (status() < 200 || status() == 204 || status() == 304)) {
      return new byte[0];
    }
    if (header("Transfer-Encoding").toLowerCase(Locale.ROOT).equals("chunked")) {
      require(header("Content-Length").isEmpty(), "a length beside chunks");
      return chunks(in, bytes);
    }
    if (!header("Content-Length").isEmpty()) {
      require(headers.getOrDefault("Content-Length", List.of()).size() == 1, "two lengths");
      return some(in, bytes, length(header("Content-Length"), 10));
    }
    if (!isAnswer) {
      return new byte[0];
    }
    require(header("Connection").equalsIgnoreCase("close"), "an answer without an end: " + this);
    byte[] rest = in.readAllBytes();
    bytes.writeBytes(rest);
    return rest;
  }

  private static byte[] chunks(InputStream in, ByteArrayOutputStream bytes) throws IOException {
    var body = new ByteArrayOutputStream();
    int length;
    do {
      length = length(needed(line(in, bytes)), 16);
      body.writeBytes(some(in, bytes, length));
      require(needed(line(in, bytes)).isEmpty(), "a chunk that goes on");
    } while (length > 0);
    return body.toByteArray();
  }

  private static int length(String digits, int radix) throws IOException {
    try {
      int length = Integer.parseInt(digits, radix);
      require(length >= 0 && length <= MAX_BODY_BYTES, "a length of " + digits);
      return length;
    } catch (NumberFormatException e) {
      throw new IOException("no length: " + digits, e);
    }
  }

  private static byte[] some(InputStream in, ByteArrayOutputStream bytes, int length)
      throws IOException {
    byte[] read = in.readNBytes(length);
    bytes.writeBytes(read);
    if (read.length < length) {
      throw new EOFException("the body ends after " + read.length + " of " + length + " bytes");
    }
    return read;
  }

  /** Up to the next line end, or null where the connection has ended. */
  private static @Nullable String line(InputStream in, ByteArrayOutputStream bytes)
      throws IOException {
    var line = new ByteArrayOutputStream();
    for (int one = in.read(); one != '\n'; one = in.read()) {
      if (one < 0 && line.size() == 0) {
        return null;
      }
      require(one >= 0 && line.size() < MAX_HEAD_BYTES, "a line without an end");
      line.write(one);
      bytes.write(one);
    }
    bytes.write('\n');
    String text = line.toString(StandardCharsets.ISO_8859_1);
    require(text.endsWith("\r"), "a line that ends without CR: " + text);
    return text.substring(0, text.length() - 1);
  }

  private static String needed(@Nullable String line) throws IOException {
    if (line == null) {
      throw new EOFException("the connection ends within a message");
    }
    return line;
  }

  private static void require(boolean holds, String otherwise) throws IOException {
    if (!holds) {
      throw new IOException("not HTTP/1.1: " + otherwise);
    }
  }

  /** Of an answer. */
  public int status() throws IOException {
    require(startLine.matches("HTTP/1\\.1 [1-5][0-9][0-9]( .*)?"), startLine);
    return Integer.parseInt(startLine.substring(9, 12));
  }

  /** Of a request. */
  public String method() {
    return startLine.substring(0, Math.max(0, startLine.indexOf(' ')));
  }

  /** The first header of this name, or "" where there is none. */
  public String header(String name) {
    List<String> found = headers.get(name);
    return found == null ? "" : found.getFirst();
  }

  /** All of it, as it was sent. */
  public byte[] bytes() {
    return bytes;
  }

  /** The body, chunks put together. */
  public byte[] body() {
    return body;
  }

  /** The body as text, decoded where it is gzip. */
  public String text() {
    return new String(decoded(), StandardCharsets.UTF_8);
  }

  /** The body as JSON, decoded where it is gzip. */
  public JsonNode json() {
    return JSON.readTree(decoded());
  }

  private byte[] decoded() {
    if (body.length == 0 || !header("Content-Encoding").equals("gzip")) {
      return body;
    }
    try (var in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("a body that is not the gzip it says it is", e);
    }
  }

  /** The code of a problem, or "" where it is none. */
  public String code() {
    return header("Content-Type").equals("application/problem+json")
        ? json().path("code").asString("")
        : "";
  }

  /** Whether the connection ends with it. */
  public boolean isLast() {
    return header("Connection").equalsIgnoreCase("close");
  }

  @Override
  public String toString() {
    return startLine + " " + headers + " " + text();
  }
}
