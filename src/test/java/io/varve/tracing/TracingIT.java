package io.varve.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.client.VarveClient;
import io.varve.web.Api;
import io.varve.web.VarveServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** With a collector at hand, every request of the interface is in a trace. */
@VarveServer
@Import(FailingController.class)
@TestPropertySource(
    properties = {
      "varve.tracing.sampling=1.0",
      "management.metrics.distribution.slo.http.server.requests=10ms,10s"
    })
@ExtendWith(OutputCaptureExtension.class)
@DirtiesContext // the collector ends with the class
final class TracingIT {
  private static final TestCollector COLLECTOR = TestCollector.open();
  private static final String CALLER_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER_SPAN = "00f067aa0ba902b7";
  private static final Pattern TRACE_RESPONSE =
      Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-0[0-3]");

  @LocalServerPort private int port;
  private Api api = new Api(0);

  @DynamicPropertySource
  static void collector(DynamicPropertyRegistry properties) {
    properties.add("varve.tracing.endpoint", COLLECTOR::endpoint);
  }

  @AfterAll
  static void close() {
    COLLECTOR.close();
  }

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  @Test
  void put_inATrace_isBelowItsCaller() {
    Api.Answer put =
        api.put(
            "/v1/kv/traced",
            "x",
            "traceparent",
            "00-%s-%s-01".formatted(CALLER_TRACE, CALLER_SPAN));
    assertThat(put.status()).isEqualTo(201);
    List<ExportedSpan> spans = awaitSpans(CALLER_TRACE, 2);
    ExportedSpan server = named(spans, "PUT /v1/kv/**");
    assertThat(server.parentId()).isEqualTo(CALLER_SPAN);
    assertThat(server.kind()).isEqualTo(ExportedSpan.SERVER);
    assertThat(server.status()).isZero();
    assertThat(server.nanos()).isPositive();
    assertThat(server.attributes())
        .hasSize(3)
        .containsEntry("http.request.method", "PUT")
        .containsEntry("http.route", "/v1/kv/**")
        .containsEntry("http.response.status_code", 201L);
    assertThat(server.resource())
        .containsEntry("service.name", "varve")
        .containsKey("service.version");
    assertThat(put.header(RequestSpans.TRACE_RESPONSE))
        .isEqualTo("00-%s-%s-01", CALLER_TRACE, server.spanId());

    ExportedSpan transaction = named(spans, "transaction");
    assertThat(transaction.parentId()).isEqualTo(server.spanId());
    assertThat(transaction.nanos()).isLessThanOrEqualTo(server.nanos());
    assertThat(transaction.attributes())
        .hasSize(3)
        .containsEntry("varve.transaction.outcome", "COMMITTED")
        .containsEntry("varve.transaction.attempts", 1L)
        .containsEntry("varve.revision", put.revision());
  }

  @Test
  void get_withoutATrace_beginsOne() {
    Api.Answer get = api.get("/v1/kv/nothing-here");
    assertThat(get.status()).isEqualTo(404);
    ExportedSpan server = named(awaitSpans(traceId(get), 1), "GET /v1/kv/**");
    assertThat(server.parentId()).isEmpty();
    assertThat(server.status()).isZero();
    assertThat(server.attributes()).containsEntry("http.response.status_code", 404L);
  }

  @Test
  void traceparent_thatIsNone_isPassedOver() {
    Api.Answer get = api.get("/v1/limits", "traceparent", "00-" + CALLER_TRACE + "-zz-01");
    assertThat(named(awaitSpans(traceId(get), 1), "GET /v1/limits").parentId()).isEmpty();
  }

  @Test
  void traceparent_ofATraceThatIsNotKept_isFollowed() {
    String trace = "5bf92f3577b34da6a3ce929d0e0e4736";
    Api.Answer unsampled =
        api.get("/v1/limits", "traceparent", "00-%s-%s-00".formatted(trace, CALLER_SPAN));
    assertThat(unsampled.header(RequestSpans.TRACE_RESPONSE))
        .startsWith("00-" + trace)
        .endsWith("-00");
    awaitSpans(traceId(api.get("/v1/limits")), 1); // later, and it is there
    assertThat(COLLECTOR.spans(trace)).isEmpty();
  }

  @Test
  void refusedWrite_isNoError() {
    api.put("/v1/kv/guarded", "x");
    Api.Answer refused = api.put("/v1/kv/guarded", "y", "If-None-Match", "*");
    assertThat(refused.status()).isEqualTo(412);
    List<ExportedSpan> spans = awaitSpans(traceId(refused), 2);
    assertThat(spans)
        .allSatisfy(span -> assertThat(span.status()).isNotEqualTo(ExportedSpan.ERROR));
    assertThat(named(spans, "transaction").attributes())
        .containsEntry("varve.transaction.outcome", "PRECONDITION_FAILED");
  }

  @Test
  void transactionThatReads_hasTheRevisionItRead() {
    Api.Answer read = api.txn("{\"success\":[{\"get\":{\"key\":\"a\"}}]}");
    assertThat(named(awaitSpans(traceId(read), 2), "transaction").attributes())
        .containsEntry("varve.transaction.outcome", "READ_ONLY")
        .containsEntry("varve.revision", read.revision());
  }

  @Test
  void commit_ofAnInteractiveTransaction_hasASpan() {
    String id = api.post("/v1/transactions", "{}").json().get("id").asString();
    api.put("/v1/transactions/" + id + "/kv/inside", "x");
    Api.Answer commit = api.send("POST", "/v1/transactions/" + id + "/commit", "");
    List<ExportedSpan> spans = awaitSpans(traceId(commit), 2);
    ExportedSpan server = named(spans, "POST /v1/transactions/{id}/commit");
    assertThat(named(spans, "transaction").parentId()).isEqualTo(server.spanId());
  }

  @Test
  void bug_isMarked_andItsTraceIdIsThatOfTheTrace(CapturedOutput output) throws Exception {
    HttpResponse<String> failed = raw("GET", "/v1/failing/secret-key");
    assertThat(failed.statusCode()).isEqualTo(500);
    String response = failed.headers().firstValue(RequestSpans.TRACE_RESPONSE).orElseThrow();
    JsonNode problem = JsonMapper.builder().build().readTree(failed.body());
    String trace = problem.get("traceId").asString();
    assertThat(response).startsWith("00-" + trace + "-");

    ExportedSpan server = named(awaitSpans(trace, 1), "GET /v1/failing/{key}");
    assertThat(server.status()).isEqualTo(ExportedSpan.ERROR);
    assertThat(server.events()).isZero();
    assertThat(server.attributes())
        .containsEntry("error.type", "500")
        .containsEntry("http.response.status_code", 500L);
    assertThat(output.getOut().lines())
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("A request failed, trace id " + trace)
                    .contains("[%s-%s] ".formatted(trace, server.spanId())));
  }

  @Test
  void method_thatNobodyKnows_isNotNamed() throws Exception {
    HttpResponse<String> refused = raw("SECRET", "/v1/txn");
    String response = refused.headers().firstValue(RequestSpans.TRACE_RESPONSE).orElseThrow();
    ExportedSpan server = awaitSpans(traceId(response), 1).getFirst();
    assertThat(server.name()).startsWith("HTTP");
    assertThat(server.attributes()).containsEntry("http.request.method", "_OTHER");
  }

  @Test
  void keysAndValues_areNotSent() {
    api.put("/v1/kv/secret-key", "secret-value", "Idempotency-Key", "secret-name");
    api.txn("{\"success\":[{\"put\":{\"key\":\"secret-key\",\"value\":\"secret-value\"}}]}");
    api.get("/v1/entries?prefix=secret-key");
    awaitSpans(traceId(api.get("/v1/kv-b64/c2VjcmV0LWtleQ")), 1);
    assertThat(COLLECTOR.text()).doesNotContainIgnoringCase("secret").doesNotContain("c2VjcmV0");
  }

  @Test
  void client_takesItsTraceAlong() {
    String trace = "6bf92f3577b34da6a3ce929d0e0e4736";
    try (VarveClient client =
        VarveClient.builder(URI.create("http://127.0.0.1:" + port))
            .headers(() -> Map.of("traceparent", "00-%s-%s-01".formatted(trace, CALLER_SPAN)))
            .build()) {
      client.put("from-the-client", "x");
    }
    assertThat(named(awaitSpans(trace, 2), "PUT /v1/kv/**").parentId()).isEqualTo(CALLER_SPAN);
  }

  @Test
  void probes_areInNoTrace() {
    for (String path : List.of("/livez", "/readyz", "/actuator/health", "/actuator/prometheus")) {
      assertThat(api.get(path).header(RequestSpans.TRACE_RESPONSE)).as(path).isEmpty();
    }
  }

  @Test
  void histogram_hasExemplars() {
    String trace = traceId(api.get("/v1/limits"));
    await()
        .untilAsserted(
            () ->
                assertThat(openMetrics().lines())
                    .anySatisfy(
                        line ->
                            assertThat(line)
                                .startsWith("http_server_requests_seconds_bucket")
                                .contains("uri=\"/v1/")
                                .containsPattern(
                                    "# \\{span_id=\"[0-9a-f]{16}\",trace_id=\"[0-9a-f]{32}\"}")));
    assertThat(trace).hasSize(32);
  }

  @Test
  void observations_makeNoMeters() {
    api.put("/v1/kv/metered", "x");
    await()
        .untilAsserted(
            () ->
                assertThat(openMetrics())
                    .contains(
                        "http_server_requests_seconds_count{method=\"PUT\",status=\"201\",uri=\"/v1/kv/**\"}"));
    assertThat(openMetrics())
        .doesNotContain("varve_request_")
        .doesNotContain("transaction_active_seconds")
        .doesNotContain("error=\"none\"");
  }

  private String openMetrics() {
    return api.get("/actuator/prometheus", "Accept", "application/openmetrics-text").body();
  }

  private HttpResponse<String> raw(String method, String path)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build(),
          BodyHandlers.ofString());
    }
  }

  private static String traceId(Api.Answer answer) {
    return traceId(answer.header(RequestSpans.TRACE_RESPONSE));
  }

  private static String traceId(String traceResponse) {
    var matcher = TRACE_RESPONSE.matcher(traceResponse);
    assertThat(matcher.matches()).as(traceResponse).isTrue();
    return matcher.group(1);
  }

  /** The spans of a trace, once they are all there. */
  private static List<ExportedSpan> awaitSpans(String traceId, int count) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> COLLECTOR.spans(traceId), spans -> spans.size() == count);
  }

  private static ExportedSpan named(List<ExportedSpan> spans, String name) {
    List<ExportedSpan> found = spans.stream().filter(span -> span.name().equals(name)).toList();
    assertThat(found).as("%s among %s", name, spans).hasSize(1);
    return found.getFirst();
  }
}
