package io.varve.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A build of the server, started as a process of its own with a store of its own. */
final class MixedTarget implements AutoCloseable {
  private static final int START_SECONDS = 120;
  private static final int TIMEOUT_MS = 120_000;
  private static final int RETRY_MS = 100;
  private static final int OK = 200;
  private static final int HISTORY_VERSIONS = 60;
  private static final int HISTORY_VALUE = 100_000;
  private static final String VALUE = "v".repeat(100);

  private final String label;
  private final Process process;
  private final int port;

  private MixedTarget(String label, Process process, int port) {
    this.label = label;
    this.process = process;
    this.port = port;
  }

  /** Starts {@code jar}. Prune does not run: it would take away what is to be read. */
  static MixedTarget start(String label, Path jar, Path store, List<String> jvmOptions)
      throws IOException, InterruptedException {
    int port = freePort();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-jar", jar.toString(), "--server.port=" + port));
    command.addAll(List.of("--varve.data-dir=" + store, "--varve.prune.interval=24h"));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    MixedTarget target = new MixedTarget(label, process, port);
    target.awaitReady();
    return target;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  String label() {
    return label;
  }

  private void awaitReady() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (true) {
      try {
        get("/readyz");
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline || !process.isAlive()) {
          throw new IllegalStateException(label + " did not start", e);
        }
        TimeUnit.MILLISECONDS.sleep(RETRY_MS);
      }
    }
  }

  /** Entries to read, deleted keys before a live one, and a key of many versions. */
  void fill(int entries, int deleted) throws IOException {
    bulk(
        lines -> {
          for (int i = 0; i < entries; i++) {
            lines.write(putLine("e/%07d".formatted(i)));
          }
          for (int i = 0; i < deleted; i++) {
            lines.write(putLine("q/%07d".formatted(i)));
          }
          lines.write(putLine("q/last"));
        });
    bulk(
        lines -> {
          for (int i = 0; i < deleted; i++) {
            lines.write("{\"delete\":{\"key\":\"q/%07d\"}}\n".formatted(i));
          }
        });
    byte[] large = "h".repeat(HISTORY_VALUE).getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < HISTORY_VERSIONS; i++) {
      put("/v1/kv/h/1", large);
    }
  }

  private static String putLine(String key) {
    return "{\"put\":{\"key\":\"" + key + "\",\"value\":\"" + VALUE + "\"}}\n";
  }

  /** Writes the lines of a bulk load. */
  private interface Lines {
    void to(BufferedWriter out) throws IOException;
  }

  private void bulk(Lines lines) throws IOException {
    HttpURLConnection connection = connect("/v1/bulk");
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/x-ndjson");
    connection.setChunkedStreamingMode(1 << 16);
    try (var out =
        new BufferedWriter(
            new OutputStreamWriter(connection.getOutputStream(), StandardCharsets.US_ASCII))) {
      lines.to(out);
    }
    String answer = new String(readAll(connection), StandardCharsets.UTF_8);
    if (!answer.contains("\"done\":true")) {
      throw new IOException("the load failed: " + answer);
    }
  }

  HttpURLConnection connect(String path) throws IOException {
    var connection =
        (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MS);
    connection.setReadTimeout(TIMEOUT_MS);
    return connection;
  }

  /** Throws unless the answer is 200. */
  void get(String path) throws IOException {
    HttpURLConnection connection = connect(path);
    var _ = readAll(connection);
    if (connection.getResponseCode() != OK) {
      throw new IOException(path + " is answered with " + connection.getResponseCode());
    }
  }

  void put(String path, byte[] value) throws IOException {
    HttpURLConnection connection = connect(path);
    connection.setRequestMethod("PUT");
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "text/plain");
    connection.setFixedLengthStreamingMode(value.length);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(value);
    }
    var _ = readAll(connection);
  }

  private static byte[] readAll(HttpURLConnection connection) throws IOException {
    try (InputStream in = connection.getInputStream()) {
      return in.readAllBytes();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
