package io.varve.web;

import static io.varve.web.Api.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.jobs.FlushStats;
import io.varve.jobs.JobRunner;
import io.varve.jobs.PruneStats;
import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Every error is a problem, whoever finds it. */
@VarveServer
@ExtendWith(OutputCaptureExtension.class)
final class ProblemIT {
  private final JobRunner<FlushStats> flush;
  private final JobRunner<PruneStats> prune;

  @LocalServerPort private int port;
  private Api api = new Api(0);

  @Autowired
  ProblemIT(JobRunner<FlushStats> flush, JobRunner<PruneStats> prune) {
    this.flush = flush;
    this.prune = prune;
  }

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1", "/v1/nothing", "/error", "/actuator/nothing", "/index.html"})
  void unknownPath_isNotFound(String path) {
    assertProblem(
        api.get(path),
        Problem.of(404, "NOT_FOUND", "No such resource", "There is nothing at this path.", path));
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/kv/a, DELETE GET HEAD PUT",
    "PATCH, /v1/kv/a, DELETE GET HEAD PUT",
    "GET, /v1/txn, POST",
    "DELETE, /v1/entries, GET",
    "GET, /v1/admin/flush, POST",
    "POST, /v1/status, GET"
  })
  void wrongMethod_isNotAllowed(String method, String path, String allowed) {
    Answer answer = api.send(method, path, "{}", "Content-Type", "application/json");
    assertProblem(
        answer,
        Problem.of(
            405,
            "METHOD_NOT_ALLOWED",
            "Method not allowed",
            "This resource does not know the method " + method + ".",
            path));
    assertThat(answer.header("Allow").split(", ")).containsExactlyInAnyOrder(allowed.split(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "garbage"})
  void wrongContentType_isUnsupported(String contentType) {
    Answer answer = api.send("POST", "/v1/txn", "{}", "Content-Type", contentType);
    assertProblem(
        answer,
        Problem.of(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "Unsupported media type",
            "The body must be application/json; set Content-Type to it.",
            "/v1/txn"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "*/*", "application/*"})
  void contentTypeOfAnyKind_isNoFaultOfOurs(String contentType) {
    Answer unknown = api.get("/v1/nothing", "Content-Type", contentType);
    assertProblem(
        unknown,
        Problem.of(
            404, "NOT_FOUND", "No such resource", "There is nothing at this path.", "/v1/nothing"));
    for (String path : new String[] {"/v1/transactions", "/v1/admin/prune", "/v1/txn"}) {
      for (String body : new String[] {"", "{}"}) {
        Answer answer = api.send("POST", path, body, "Content-Type", contentType);
        assertThat(answer.status()).as(answer.body()).isEqualTo(415);
        assertThat(answer.json().get("code").asString()).isEqualTo("UNSUPPORTED_MEDIA_TYPE");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/transactions", "/v1/admin/prune"})
  void bodyThatMayBeLeftOut_isJsonOrNothing(String path) {
    Answer answer = api.send("POST", path, "{}", "Content-Type", "application/yaml");
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.header("Accept")).isEqualTo("application/json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16", "ISO-8859-1"})
  void charsetInAccept_isIgnored(String charset) {
    Answer answer = api.get("/v1/entries", "Accept", "application/json;charset=" + charset);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(api.get("/v1/entries", "Accept", "text/html;charset=" + charset).status())
        .isEqualTo(406);
  }

  @Test
  void brokenAccept_isNoFaultOfTheActuator() {
    assertProblem(
        api.get("/actuator/prometheus", "Accept", ","),
        Problem.malformed(
            "Accept", "This header must be a list of media types.", "/actuator/prometheus"));
  }

  @Test
  void bodyThatBreaksOff_isNoFaultOfOurs(CapturedOutput output) throws IOException {
    for (String path : new String[] {"/v1/txn", "/v1/batch"}) {
      RawHttp.sendAndHangUp(
          port,
          "POST "
              + path
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Content-Length: 100\r\n\r\n{\"succ");
      Answer answer =
          RawHttp.send(
              port,
              "POST "
                  + path
                  + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().get("code").asString()).isEqualTo("MALFORMED_REQUEST");
    }
    assertThat(output.getAll()).doesNotContain(" ERROR ").doesNotContain(" WARN ");
  }

  @Test
  void unacceptableAnswer_isRefused() {
    assertProblem(
        api.get("/v1/entries", "Accept", "text/html"),
        Problem.of(
            406,
            "NOT_ACCEPTABLE",
            "No acceptable representation",
            "The answer is application/json or application/x-ndjson, which Accept does not"
                + " allow.",
            "/v1/entries"));
  }

  @Test
  void conflict_namesBothSides() {
    Answer answer = api.post("/test/conflict", "");
    long conflicting = answer.json().get("conflicts").get(0).get("conflictRevision").asLong();
    long snapshot = answer.revision();
    assertProblem(
        answer,
        Problem.of(
                409,
                "TRANSACTION_CONFLICT",
                "Transaction conflict",
                "Key contested was written at revision "
                    + conflicting
                    + ", after this transaction's snapshot "
                    + (conflicting - 1)
                    + ".",
                "/test/conflict")
            .worthARetry()
            .with(
                "\"conflicts\":[{\"key\":\"contested\",\"kind\":\"READ_WRITE\",\"snapshotRevision\":"
                    + (conflicting - 1)
                    + ",\"conflictRevision\":"
                    + conflicting
                    + ",\"label\":\"rival\"}],\"attempts\":16"));
    assertThat(snapshot).isLessThanOrEqualTo(conflicting);
  }

  @Test
  void bug_hasATraceIdThatTheLogKnows(CapturedOutput output) {
    Answer answer = api.post("/test/bug", "");
    String traceId = answer.json().get("traceId").asString();
    assertProblem(
        answer,
        Problem.of(
                500,
                "INTERNAL_ERROR",
                "Internal error",
                "The store failed to answer. This is a bug; please report it.",
                "/test/bug")
            .with("\"operation\":\"answer\",\"traceId\":\"" + traceId + "\""));
    assertThat(output.getAll()).contains(traceId).contains("TestFaults.bug(");
  }

  @Test
  void ioFailure_isUnavailable(CapturedOutput output) {
    Answer answer = api.post("/test/io", "");
    String traceId = answer.json().get("traceId").asString();
    assertProblem(
        answer,
        Problem.of(
                503,
                "STORAGE_IO",
                "Store cannot be read or written",
                "The store failed to write: the disk is gone.",
                "/test/io")
            .worthARetry()
            .with("\"operation\":\"write\",\"traceId\":\"" + traceId + "\""));
    assertThat(answer.header("Retry-After")).isEqualTo("1");
    assertThat(output.getAll()).contains(traceId);
  }

  @Test
  void unknownOutcome_isNotWorthABlindRetry() {
    Answer answer = api.post("/test/unknown-outcome", "");
    assertProblem(
        answer,
        Problem.of(
                503,
                "STORE_UNAVAILABLE",
                "Store is unavailable",
                "The write could not be confirmed: it may or may not be stored. Read before you"
                    + " retry.",
                "/test/unknown-outcome")
            .with("\"outcome\":\"unknown\""));
    assertThat(answer.header("Retry-After")).isEmpty();
  }

  @Test
  void stall_saysWhenToRetry() {
    Answer answer = api.post("/test/stall", "");
    assertProblem(
        answer,
        Problem.of(
                503,
                "WRITE_STALL",
                "Writes are stalled",
                "Unflushed data is at its bound of 256 bytes and the flush has not caught up. Try"
                    + " again later.",
                "/test/stall")
            .worthARetry()
            .with("\"actual\":256,\"limit\":256,\"retryAfterMs\":4001"));
    assertThat(answer.header("Retry-After")).isEqualTo("5");
  }

  @Test
  void tooManyTransactions_saysWhenToRetry() {
    Answer answer = api.post("/test/too-many", "");
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.json().get("code").asString()).isEqualTo("TOO_MANY_TRANSACTIONS");
    assertThat(answer.header("Retry-After")).isEqualTo("1");
  }

  @Test
  void flush_whileItRuns_isRefused() throws InterruptedException {
    assertRefusedWhileRunning(flush, "flush");
  }

  @Test
  void prune_whileItRuns_isRefused() throws InterruptedException {
    assertRefusedWhileRunning(prune, "prune");
  }

  private <R> void assertRefusedWhileRunning(JobRunner<R> runner, String job)
      throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    Thread running =
        Thread.ofVirtual()
            .start(
                () ->
                    runner.runNow(
                        () -> {
                          started.countDown();
                          try {
                            finish.await();
                          } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                          }
                          throw new IllegalStateException("no result");
                        }));
    started.await();
    try {
      Answer answer = api.post("/v1/admin/" + job, "");
      assertProblem(
          answer,
          Problem.of(
                  409,
                  "JOB_RUNNING",
                  "Job is running",
                  "The " + job + " job is running. Try again when it has finished.",
                  "/v1/admin/" + job)
              .worthARetry()
              .with("\"job\":\"" + job + "\""));
      assertThat(answer.header("Retry-After")).isEqualTo("1");
    } finally {
      finish.countDown();
      running.join();
    }
  }
}
