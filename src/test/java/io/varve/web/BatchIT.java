package io.varve.web;

import static io.varve.web.Api.assertJson;
import static io.varve.web.Api.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Many writes at once. */
@VarveServer
final class BatchIT {
  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  private Answer batch(String operations) {
    return api.post("/v1/batch", "{\"operations\":[" + operations + "]}");
  }

  private static String puts(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{\"put\":{\"key\":\"many/" + i + "\",\"value\":\"v\"}}")
        .collect(Collectors.joining(","));
  }

  /** As a delete of nothing by DELETE and in a transaction: no commit, no version. */
  @Test
  void deleteOfNothing_writesNothing() {
    long before = api.put("/v1/kv/batch/before", "v").revision();
    Answer answer = batch("{\"delete\":{\"key\":\"batch/never\"}}");
    assertThat(answer.json().get("revision").asLong()).isEqualTo(before);
    assertThat(answer.json().get("operations").asInt()).isEqualTo(1);
    assertThat(api.get("/v1/history?key=batch/never").json().get("versions")).isEmpty();
    long mixed =
        batch(
                "{\"put\":{\"key\":\"batch/some\",\"value\":\"v\"}},"
                    + "{\"delete\":{\"key\":\"batch/never\"}}")
            .json()
            .get("revision")
            .asLong();
    assertThat(mixed).isEqualTo(before + 1);
    assertThat(api.get("/v1/history?key=batch/never").json().get("versions")).isEmpty();
  }

  @Test
  void batch_isOneRevision() {
    api.put("/v1/kv/batch/gone", "x");
    Answer done =
        batch(
            "{\"put\":{\"key\":\"batch/a\",\"value\":\"1\",\"contentType\":\"text/plain\"}},"
                + "{\"put\":{\"key\":{\"base64\":\"AP8=\"},\"value\":{\"base64\":\"/w==\"}}},"
                + "{\"delete\":{\"key\":\"batch/gone\"}},"
                + "{\"put\":{\"key\":\"batch/b\",\"value\":\"first\"}},"
                + "{\"put\":{\"key\":\"batch/b\",\"value\":\"last\"}}");
    long revision = done.revision();
    assertJson(
        done,
        200,
        "{\"revision\":" + revision + ",\"durableRevision\":" + revision + ",\"operations\":5}");
    Answer a = api.get("/v1/kv/batch/a");
    assertThat(a.header("Content-Type")).isEqualTo("text/plain");
    assertThat(a.etag()).endsWith("-" + revision + "\"");
    assertThat(api.get("/v1/kv-b64/AP8").bytes()).containsExactly(0xFF);
    assertThat(api.get("/v1/kv/batch/b").body()).isEqualTo("last");
    assertThat(api.get("/v1/kv/batch/gone").status()).isEqualTo(404);
  }

  @Test
  void emptyBatch_makesNoRevision() {
    long before = api.put("/v1/kv/batch/before", "x").revision();
    String expected =
        "{\"revision\":" + before + ",\"durableRevision\":" + before + ",\"operations\":0}";
    assertJson(batch(""), 200, expected);
    assertJson(api.post("/v1/batch", "{}"), 200, expected);
  }

  @Test
  void largestBatch_andOneMore() {
    assertThat(batch(puts(10_000)).json().get("operations").asInt()).isEqualTo(10_000);
    assertProblem(
        batch(puts(10_001)),
        Problem.of(
                413,
                "TRANSACTION_TOO_LARGE",
                "Transaction is too large",
                "The transaction is 10001 operations long; the limit is 10000.",
                "/v1/batch")
            .with("\"limit\":10000,\"actual\":10001"));
  }

  @Test
  void oneBadOperation_refusesAll() {
    assertProblem(
        batch(
            "{\"put\":{\"key\":\"batch/none\",\"value\":\"1\"}},{\"get\":{\"key\":\"batch/none\"}}"),
        Problem.malformed(
            "operations[1]",
            "A batch takes put and delete. Send other operations to /v1/txn.",
            "/v1/batch"));
    Answer badKey =
        batch("{\"put\":{\"key\":\"batch/none\",\"value\":\"1\"}},{\"delete\":{\"key\":\"\"}}");
    assertThat(badKey.json().get("field").asString()).isEqualTo("operations[1].delete.key");
    Answer nothing = batch("null");
    assertThat(nothing.json().get("field").asString()).isEqualTo("operations[0]");
    assertThat(api.get("/v1/kv/batch/none").status()).isEqualTo(404);
  }
}
