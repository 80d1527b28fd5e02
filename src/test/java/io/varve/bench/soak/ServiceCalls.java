package io.varve.bench.soak;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls of a service that the Java client does not have: status, metrics, checkpoints. */
final class ServiceCalls implements SoakCheckpoints, AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final String CHECKPOINTS = "/v1/admin/checkpoints";
  private static final int OK = 200;
  private static final int MULTIPLE_CHOICES = 300;
  private static final int NOT_FOUND = 404;

  private final String base;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final JsonMapper json = JsonMapper.builder().build();

  ServiceCalls(URI url) {
    String text = url.toString();
    this.base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  /** The service refused. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    private RefusedException(String code, String what) {
      super(what);
      this.code = code;
    }

    String code() {
      return code;
    }
  }

  private HttpResponse<String> send(String method, String target) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + target))
            .timeout(TIMEOUT)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new RefusedException("NO_ANSWER", method + " " + target + ": " + e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new RefusedException("INTERRUPTED", method + " " + target);
    }
  }

  private JsonNode ask(String method, String target) {
    HttpResponse<String> answer = send(method, target);
    boolean isSuccess = answer.statusCode() >= OK && answer.statusCode() < MULTIPLE_CHOICES;
    JsonNode body =
        answer.body().isEmpty() ? json.createObjectNode() : json.readTree(answer.body());
    if (!isSuccess) {
      String code = body.path("code").asString("HTTP_" + answer.statusCode());
      throw new RefusedException(code, method + " " + target + ": " + code);
    }
    return body;
  }

  /** A number of {@code GET /v1/status}, or null. */
  @Nullable Long status(String name) {
    JsonNode value = ask("GET", "/v1/status").path(name);
    return value.isIntegralNumber() ? (Long) value.asLong() : null;
  }

  /** What upkeep has done since the service was started. */
  UpkeepCounts upkeep() {
    JsonNode status = ask("GET", "/v1/status");
    JsonNode flush = status.path("flush");
    JsonNode prune = status.path("prune");
    return new UpkeepCounts(
        flush.path("runs").asLong(0),
        prune.path("runs").asLong(0),
        prune.path("versions").asLong(0),
        flush.path("failures").asLong(0) + prune.path("failures").asLong(0));
  }

  /** What Prometheus would read; empty where the service does not tell. */
  String metrics() {
    HttpResponse<String> answer = send("GET", "/actuator/prometheus");
    return answer.statusCode() == OK ? answer.body() : "";
  }

  /**
   * The sum of all samples of a metric whose labels hold a text, or null if there are none.
   *
   * @param text the answer of {@link #metrics}
   */
  static @Nullable Long metric(String text, String name, String label) {
    OptionalDouble sum =
        text.lines()
            .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
            .filter(line -> line.contains(label))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .reduce(Double::sum);
    return sum.isPresent() ? (Long) Math.round(sum.getAsDouble()) : null;
  }

  /** Whether the service has checkpoints at all. */
  boolean hasCheckpoints() {
    return send("GET", CHECKPOINTS).statusCode() != NOT_FOUND;
  }

  @Override
  public String create() {
    return Objects.requireNonNull(ask("POST", CHECKPOINTS).path("id").asString(null), "id");
  }

  @Override
  public boolean verify(String id) {
    return ask("POST", CHECKPOINTS + "/" + id + "/verify").path("ok").asBoolean(false);
  }

  @Override
  public void delete(String id) {
    var _ = ask("DELETE", CHECKPOINTS + "/" + id);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
