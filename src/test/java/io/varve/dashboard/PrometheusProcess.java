package io.varve.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Prometheus that scrapes one server each second, as a process of its own. */
public final class PrometheusProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PROGRAM = "prometheus";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  private final Process process;
  private final int port;

  private PrometheusProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Whether there is one on this machine. */
  public static boolean isInstalled() {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, PROGRAM)));
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param directory for its files
   * @param target the port of what it scrapes
   * @param rules a file of alert rules
   */
  public static PrometheusProcess start(Path directory, int target, Path rules) throws IOException {
    Path configuration =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            String.format(
                Locale.ROOT,
                """
                global:
                  scrape_interval: 1s
                  evaluation_interval: 1s
                rule_files:
                  - %s
                scrape_configs:
                  - job_name: varve
                    metrics_path: /actuator/prometheus
                    static_configs:
                      - targets: ["127.0.0.1:%d"]
                """,
                rules.toAbsolutePath(),
                target));
    int port = freePort();
    Process process =
        new ProcessBuilder(
                PROGRAM,
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + directory.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + port,
                "--log.level=warn")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("prometheus.log").toFile())
            .start();
    PrometheusProcess started = new PrometheusProcess(process, port);
    try {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .failFast(() -> !process.isAlive())
          .until(started::isReady);
      return started;
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean isReady() throws InterruptedException {
    try {
      var request = HttpRequest.newBuilder(uri("/-/ready")).timeout(PATIENCE).build();
      return CLIENT.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException _) {
      return false; // it does not listen yet
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** A value of a query. */
  public record Sample(Map<String, String> labels, double value) {}

  /** What a query comes to now. Fails if Prometheus does not understand it. */
  public List<Sample> query(String expression) {
    JsonNode data = post("/api/v1/query", Map.of("query", expression)).get("data");
    if (data.get("resultType").asString().equals("scalar")) {
      return List.of(new Sample(Map.of(), number(data.get("result"))));
    }
    List<Sample> samples = new ArrayList<>();
    for (JsonNode each : data.get("result")) {
      samples.add(new Sample(labels(each), number(each.get("value"))));
    }
    return samples;
  }

  /** What a query that gives one number comes to now. */
  public double value(String expression) {
    List<Sample> samples = query(expression);
    assertThat(samples).as(expression).hasSize(1);
    return samples.getFirst().value();
  }

  /** A line of a graph, as times and values. */
  record Line(Map<String, String> labels, Map<Instant, Double> points) {}

  /** What a query came to each second between two moments. */
  List<Line> queryRange(String expression, Instant from, Instant to) {
    JsonNode answer =
        post(
            "/api/v1/query_range",
            Map.of(
                "query", expression, "start", from.toString(), "end", to.toString(), "step", "1"));
    List<Line> lines = new ArrayList<>();
    for (JsonNode each : answer.get("data").get("result")) {
      Map<Instant, Double> points = new LinkedHashMap<>();
      for (JsonNode point : each.get("values")) {
        Instant time = Instant.ofEpochMilli(Math.round(point.get(0).asDouble() * 1000));
        points.put(time, number(point));
      }
      lines.add(new Line(labels(each), points));
    }
    return lines;
  }

  private static Map<String, String> labels(JsonNode sample) {
    Map<String, String> labels = new LinkedHashMap<>();
    sample.get("metric").properties().forEach(e -> labels.put(e.getKey(), e.getValue().asString()));
    return labels;
  }

  /** The second of a pair of a time and a value, which is written as a text. */
  private static double number(JsonNode pair) {
    String text = pair.get(1).asString();
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private JsonNode post(String path, Map<String, String> form) {
    String body =
        String.join("&", form.entrySet().stream().map(PrometheusProcess::encoded).toList());
    HttpRequest request =
        HttpRequest.newBuilder(uri(path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      JsonNode answer = JSON.readTree(CLIENT.send(request, BodyHandlers.ofByteArray()).body());
      assertThat(answer.get("status").asString())
          .as("%s says %s", form, answer)
          .isEqualTo("success");
      return answer;
    } catch (IOException e) {
      throw new AssertionError("no answer from Prometheus", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String encoded(Map.Entry<String, String> field) {
    return field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
