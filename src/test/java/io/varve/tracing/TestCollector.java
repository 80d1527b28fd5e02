package io.varve.tracing;

import static java.util.stream.Collectors.joining;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;

/** Takes spans as OpenTelemetry's collector does, and keeps them. */
final class TestCollector implements AutoCloseable {
  private static final int OK = 200;

  private final HttpServer server;
  private final List<byte[]> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch gate;

  private TestCollector(CountDownLatch gate) {
    this.gate = gate;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  /** One that works. */
  static TestCollector open() {
    return new TestCollector(new CountDownLatch(0));
  }

  /** One that answers nothing until it is closed. */
  static TestCollector silent() {
    return new TestCollector(new CountDownLatch(1));
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
  }

  private void take(HttpExchange exchange) throws IOException {
    try (InputStream body = new GZIPInputStream(exchange.getRequestBody())) {
      requests.add(body.readAllBytes());
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.sendResponseHeaders(OK, -1);
    exchange.close();
  }

  /** All spans so far. */
  List<ExportedSpan> spans() {
    return requests.stream().flatMap(request -> ExportedSpan.decode(request).stream()).toList();
  }

  /** Those of one trace. */
  List<ExportedSpan> spans(String traceId) {
    return spans().stream().filter(span -> span.traceId().equals(traceId)).toList();
  }

  /** Every byte that came, for what must not be among them. */
  String text() {
    return requests.stream()
        .map(request -> new String(request, StandardCharsets.ISO_8859_1))
        .collect(joining());
  }

  @Override
  public void close() {
    gate.countDown();
    server.stop(0);
  }
}
