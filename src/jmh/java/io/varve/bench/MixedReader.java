package io.varve.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What keeps the server busy beside the writers and the probes. */
enum MixedReader {
  /** None: the writers and the probes alone. */
  NONE("none", null),
  /** One stream of all entries after the other. */
  STREAM("stream", "/v1/entries?prefix=e/"),
  /** Pages of 10 000 entries, always the first. */
  PAGES("pages", "/v1/entries?prefix=e/&limit=10000"),
  /** One entry behind deleted keys. */
  DELETED("deleted", "/v1/entries?prefix=q/&limit=1"),
  /** All versions of a key of large values. */
  HISTORY("history", "/v1/history?key=h/1&limit=100"),
  /** Batches of 9 MB of JSON. */
  BATCH("batch", "/v1/batch");

  private static final int BATCH_PUTS = 1_000;
  private static final int BATCH_VALUE = 9_000;

  final String label;
  final @Nullable String path;

  MixedReader(String label, @Nullable String path) {
    this.label = label;
    this.path = path;
  }

  /** Whether what counts is the calls, and not the bytes of the answers. */
  boolean countsCalls() {
    return this == DELETED || this == BATCH;
  }

  /** Sends the request; the answer is to be read. */
  InputStream open(MixedTarget target, byte[] batch) throws IOException {
    HttpURLConnection connection = target.connect(path == null ? "/livez" : path);
    if (this == STREAM) {
      connection.setRequestProperty("Accept", "application/x-ndjson");
    }
    if (this == BATCH) {
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      connection.setFixedLengthStreamingMode(batch.length);
      try (OutputStream out = connection.getOutputStream()) {
        out.write(batch);
      }
    }
    return connection.getInputStream();
  }

  /** The body of a batch. */
  static byte[] batch() {
    String value = "v".repeat(BATCH_VALUE);
    StringBuilder body = new StringBuilder("{\"operations\":[");
    for (int i = 0; i < BATCH_PUTS; i++) {
      body.append(i == 0 ? "" : ",");
      body.append("{\"put\":{\"key\":\"b/").append(i).append("\",\"value\":\"");
      body.append(value).append("\"}}");
    }
    return body.append("]}").toString().getBytes(StandardCharsets.US_ASCII);
  }
}
