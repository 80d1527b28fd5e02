package io.varve.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.springframework.http.MediaType;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** An answer of JSON values, one a line ({@code application/x-ndjson}). Used by one thread. */
final class NdjsonOutput {
  /** Asks a proxy to pass on each line at once. */
  private static final String UNBUFFERED = "X-Accel-Buffering";

  private final HttpServletResponse response;
  private final OutputStream out;
  private final ObjectWriter writer;

  private NdjsonOutput(HttpServletResponse response, ObjectWriter writer) throws IOException {
    this.response = response;
    this.out = response.getOutputStream();
    this.writer = writer;
  }

  /** What is about to become the body of {@code response}. */
  static NdjsonOutput to(HttpServletResponse response, ObjectWriter writer) throws IOException {
    response.setContentType(MediaType.APPLICATION_NDJSON_VALUE);
    response.setHeader(UNBUFFERED, "no");
    return new NdjsonOutput(response, writer);
  }

  /** A writer of lines, which leaves it to {@link #flush} when they are sent. */
  static ObjectWriter writer(JsonMapper json) {
    return json.writer()
        .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
        .without(StreamWriteFeature.FLUSH_PASSED_TO_STREAM);
  }

  /** Adds a line. Throws where the client is gone. */
  void line(Object value) throws IOException {
    try {
      writer.writeValue(out, value);
    } catch (JacksonIOException e) {
      throw e.getCause();
    }
    out.write('\n');
  }

  /** The lines of {@code values}. Touches no answer, so that a pool can make them. */
  static byte[] lines(ObjectWriter writer, Iterable<?> values) {
    var lines = new ByteArrayOutputStream();
    for (Object value : values) {
      writer.writeValue(lines, value);
      lines.write('\n');
    }
    return lines.toByteArray();
  }

  /** Adds lines that are bytes already. Throws where the client is gone. */
  void write(byte[] lines) throws IOException {
    out.write(lines);
  }

  /** Sends the lines so far; the headers, if there is none yet. */
  void flush() throws IOException {
    response.flushBuffer();
  }
}
