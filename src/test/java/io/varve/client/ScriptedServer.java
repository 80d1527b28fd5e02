package io.varve.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * A server that answers as it is told, in turn, and notes what it was asked. It plays a network and
 * a server that misbehave; it stores nothing.
 */
final class ScriptedServer implements AutoCloseable {
  private static final String STORE = "00000000000000aa";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<Step> script = new LinkedBlockingQueue<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /** What it does with a request whose body is not read yet. */
  interface Step {
    void answer(HttpExchange exchange) throws IOException;
  }

  /** What it was asked. */
  record Request(String method, String target, List<List<String>> headers, String body) {
    Optional<String> header(String name) {
      return headers.stream()
          .filter(header -> header.getFirst().equalsIgnoreCase(name))
          .map(List::getLast)
          .findFirst();
    }

    String line() {
      return method + ' ' + target;
    }
  }

  ScriptedServer() {
    this(plain());
  }

  private ScriptedServer(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static HttpServer plain() {
    try {
      return HttpServer.create(address(), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A server that speaks TLS, and talks to nobody whose certificate {@code context} distrusts. */
  static ScriptedServer ofTls(SSLContext context) throws IOException {
    HttpsServer server = HttpsServer.create(address(), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters needed = getSSLContext().getDefaultSSLParameters();
            needed.setNeedClientAuth(true);
            parameters.setSSLParameters(needed);
          }
        });
    return new ScriptedServer(server);
  }

  private static InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  URI uri() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
  }

  private void handle(HttpExchange exchange) throws IOException {
    Step step = script.poll();
    if (step == null) {
      note(exchange, new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      send(exchange, 418, "text/plain", "The script has ended.");
      return;
    }
    step.answer(exchange);
  }

  void note(HttpExchange exchange, String body) {
    requests.add(
        new Request(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getRequestHeaders().entrySet().stream()
                .map(header -> List.of(header.getKey(), header.getValue().getFirst()))
                .toList(),
            body));
  }

  private static void send(
      HttpExchange exchange, int status, String type, String body, String... headers)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Varve-Store-Id", STORE);
    exchange.getResponseHeaders().set("Varve-Durable-Revision", "5");
    for (int i = 0; i < headers.length; i += 2) {
      exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
    }
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
    exchange.close();
  }

  /** Next: whatever {@code step} does. */
  ScriptedServer then(Step step) {
    script.add(step);
    return this;
  }

  private ScriptedServer thenSend(int status, String type, String body, String... headers) {
    return then(
        exchange -> {
          note(exchange, new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          send(exchange, status, type, body, headers);
        });
  }

  /** Next: this JSON, with single quotes for double ones. */
  ScriptedServer json(int status, String json, String... headers) {
    return thenSend(status, "application/json", json.replace('\'', '"'), headers);
  }

  /** Next: these lines of JSON, with single quotes for double ones. */
  ScriptedServer lines(String... lines) {
    String body = String.join("\n", lines).replace('\'', '"') + "\n";
    return thenSend(200, "application/x-ndjson", body);
  }

  /** Next: these bytes, as they are stored. */
  ScriptedServer raw(String type, String body, String... headers) {
    return thenSend(200, type, body, headers);
  }

  /** Next: a problem; {@code members} are more of its members, each with a comma before it. */
  ScriptedServer problem(int status, String code, String members, String... headers) {
    String body =
        "{'status':"
            + status
            + ",'code':'"
            + code
            + "','detail':'Said the server.',"
            + "'retryable':true"
            + members
            + "}";
    return thenSend(status, "application/problem+json", body.replace('\'', '"'), headers);
  }

  /** Next: takes the request, and lets the connection break before it answers. */
  ScriptedServer lose() {
    return then(
        exchange -> {
          note(exchange, new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.close();
        });
  }

  List<Request> requests() {
    return List.copyOf(requests);
  }

  /** What was asked for, in turn. */
  List<String> asked() {
    return requests.stream().map(Request::line).toList();
  }

  /** The idempotency keys of all requests, in turn; "" where there was none. */
  List<String> keys() {
    return requests.stream().map(request -> request.header("Idempotency-Key").orElse("")).toList();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
