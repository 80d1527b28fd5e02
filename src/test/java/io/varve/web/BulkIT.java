package io.varve.web;

import static io.varve.web.Api.assertProblem;
import static io.varve.web.Api.assertStateHeaders;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bulk loads, in chunks of two entries. */
@VarveServer
@TestPropertySource(
    properties = {
      "varve.batch.min-chunk=2",
      "varve.batch.max-chunk=2",
      "varve.batch.initial-min=2",
      "varve.batch.initial-max=2",
      "varve.limits.key-bytes=16B",
      "varve.limits.value-bytes=100B",
      "varve.limits.request-bytes=400B"
    })
final class BulkIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String[] NDJSON = {"Content-Type", "application/x-ndjson"};

  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  private static String put(String key) {
    return "{\"put\":{\"key\":\"" + key + "\",\"value\":\"v\"}}\n";
  }

  private Answer load(String body) {
    return api.send("POST", "/v1/bulk", body, NDJSON);
  }

  /** The answer without its measurements, which must be there. */
  private static String withoutRates(Answer answer) {
    return answer
        .body()
        .replaceAll("(\"[a-zA-Z]*[oO]psPerSecond\"):[0-9]+", "$1:0")
        .replaceAll("\"rsd\":[0-9]+\\.[0-9]+", "\"rsd\":0");
  }

  private static String chunk(int number, int operations, long revision) {
    return "{\"chunk\":"
        + number
        + ",\"operations\":"
        + operations
        + ",\"revision\":"
        + revision
        + ",\"opsPerSecond\":0,\"rsd\":0}\n";
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void load_tellsOfEachChunk(boolean chunked) {
    long before = api.put("/v1/kv/before", "v").revision();
    String body = put("all/1") + put("all/2") + put("all/3") + put("all/4") + put("all/5");
    Answer answer =
        chunked
            ? api.sendChunked("POST", "/v1/bulk", body.getBytes(UTF_8), NDJSON)
            : load(body.strip());
    assertThat(withoutRates(answer))
        .isEqualTo(
            chunk(1, 2, before + 1)
                + chunk(2, 2, before + 2)
                + chunk(3, 1, before + 3)
                + "{\"done\":true,\"operations\":5,\"chunks\":3,\"finalChunk\":2,"
                + "\"averageOpsPerSecond\":0,\"bestOpsPerSecond\":0,\"rsd\":0,\"revision\":"
                + (before + 3)
                + "}\n");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/x-ndjson");
    assertThat(answer.header("X-Accel-Buffering")).isEqualTo("no");
    assertThat(answer.header("Content-Length")).isEmpty();
    assertStateHeaders(answer);
    assertThat(api.get("/v1/entries?prefix=all/").json().get("entries")).hasSize(5);
  }

  @Test
  void load_empty() {
    assertThat(load("").body())
        .isEqualTo(
            """
            {"done":true,"operations":0,"chunks":0,"finalChunk":2,"averageOpsPerSecond":0,\
            "bestOpsPerSecond":0,"rsd":0.0}
            """);
  }

  @Test
  void load_everyForm() {
    api.put("/v1/kv/gone", "v");
    String typed = "{\"put\":{\"key\":\"typed\",\"value\":\"v\",\"contentType\":\"text/csv\"}}";
    String bytes = "{\"put\":{\"value\":{\"base64\":\"/w==\"},\"key\":{\"base64\":\"/w==\"}}}";
    String delete = "  {\"delete\":{\"key\":\"gone\"}}  ";
    Answer answer = load(typed + "\r\n\n" + bytes + "\n" + delete + "\n");
    assertThat(answer.body()).contains("\"done\":true,\"operations\":3,\"chunks\":2,");
    assertThat(api.get("/v1/kv/typed").header("Content-Type")).isEqualTo("text/csv");
    assertThat(api.get("/v1/kv-b64/_w").bytes()).containsExactly((byte) 0xFF);
    assertThat(api.get("/v1/kv/gone").status()).isEqualTo(404);
  }

  /** Lines count, not keys: a client must know where to go on. */
  @Test
  void load_oneKeyTwiceInAChunk() {
    Answer answer = load(put("twice") + put("twice") + put("other") + put("more"));
    assertThat(withoutRates(answer)).contains("{\"chunk\":1,\"operations\":3,");
    assertThat(answer.body()).contains("\"done\":true,\"operations\":4,\"chunks\":2,");
  }

  @Test
  void label_isOnEachCommit() {
    Answer answer = api.send("POST", "/v1/bulk?label=nightly&expected=10", put("labelled"), NDJSON);
    long revision = lastLine(answer).get("revision").asLong();
    assertThat(api.get("/v1/revisions/" + revision).json().get("label").asString())
        .isEqualTo("nightly");
  }

  private static JsonNode lastLine(Answer answer) {
    String body = answer.body();
    assertThat(body).endsWith("}\n");
    return JSON.readTree(body.substring(body.lastIndexOf('\n', body.length() - 2) + 1));
  }

  // Bad lines.

  @Test
  void badLine_endsTheLoad() {
    long before = api.put("/v1/kv/before", "v").revision();
    Answer answer =
        load(put("end/1") + "\n" + put("end/2") + put("end/3") + "{\"put\":\n" + put("end/4"));
    assertThat(withoutRates(answer))
        .isEqualTo(
            chunk(1, 2, before + 1)
                + "{\"done\":false,\"operations\":2,\"chunks\":1,\"revision\":"
                + (before + 1)
                + ",\"problem\":"
                + Problem.malformed(
                        "body",
                        "This is not JSON, or a field is there twice, column 8.",
                        "/v1/bulk")
                    .with("\"field\":\"body\",\"line\":5")
                    .toJson()
                + "}\n");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(api.get("/v1/kv/end/2").status()).isEqualTo(200);
    assertThat(api.get("/v1/kv/end/3").status()).as("dropped").isEqualTo(404);
    assertThat(api.get("/v1/kv/end/4").status()).as("never read").isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | body | Give exactly one of put and delete.",
        "{'delete':{'key':'a'}}{'delete':{'key':'b'}} | body | There is more than one JSON value on"
            + " this line. Write one a line; curl keeps the line ends of a file with --data-binary,"
            + " not with -d.",
        "null | body | This must be an object.",
        "[] | body | This must be an object.",
        "{'put':{'key':'a','value':''},'delete':{'key':'a'}} | body | Give exactly one of put and"
            + " delete.",
        "{'get':{'key':'a'}} | get | There is no such field here.",
        "{'put':{'key':'a'}} | put.value | This field is missing.",
        "{'put':{'value':'a'}} | put.key | This field is missing.",
        "{'put':{'key':'','value':'a'}} | put.key | A key must have at least one byte.",
        "{'put':{'key':'a','value':7}} | put.value | This must be a string, or an object with the"
            + " one field base64.",
        "{'put':{'key':'a','value':'','contentType':'\t'}} | put.contentType | This must be at most"
            + " 255 printable ASCII characters.",
        "{'delete':{}} | delete.key | This field is missing.",
        "{'delete':{'key':'a','value':''}} | delete.value | There is no such field here.",
      })
  void badLine_isNamed(String line, String field, String detail) {
    JsonNode last = lastLine(load("\n" + line.replace('\'', '"').replace("\t", "\\t")));
    assertThat(last.get("done").asBoolean()).isFalse();
    assertThat(last.get("operations").asLong()).isZero();
    assertThat(last.has("revision")).isFalse();
    assertThat(last.get("problem"))
        .isEqualTo(
            JSON.readTree(
                Problem.malformed(field, detail, "/v1/bulk")
                    .with("\"field\":\"" + field + "\",\"line\":2")
                    .toJson()));
  }

  @Test
  void tooLarge_isNamed() {
    assertTooLarge(
        "{\"delete\":{\"key\":\"12345678901234567\"}}",
        "KEY_TOO_LARGE",
        "Key is too large",
        "The key is 17 bytes; the limit is 16.",
        16,
        17);
    assertTooLarge(
        "{\"put\":{\"key\":\"k\",\"value\":\"" + "x".repeat(101) + "\"}}",
        "VALUE_TOO_LARGE",
        "Value is too large",
        "The value is 101 bytes; the limit is 100.",
        100,
        101);
    assertTooLarge(
        " ".repeat(401) + "\n",
        "REQUEST_TOO_LARGE",
        "Request is too large",
        "The line is 401 bytes; the limit is 400.",
        400,
        401);
    assertThat(load(" ".repeat(400) + "\r\n" + put("k")).body()).contains("\"done\":true");
  }

  private void assertTooLarge(
      String line, String code, String title, String detail, long limit, long actual) {
    assertThat(lastLine(load(line)).get("problem"))
        .isEqualTo(
            JSON.readTree(
                Problem.of(413, code, title, detail, "/v1/bulk")
                    .with("\"limit\":" + limit + ",\"actual\":" + actual + ",\"line\":1")
                    .toJson()));
  }

  // Refused before the first line.

  @Test
  void idempotencyKey_isRefused() {
    assertProblem(
        api.send(
            "POST",
            "/v1/bulk",
            put("never"),
            "Content-Type",
            "application/x-ndjson",
            "Idempotency-Key",
            "k"),
        Problem.malformed(
            "Idempotency-Key",
            "This call keeps no answer under a key, so a retry would run again. Send it without"
                + " this header; docs/API.md tells what a repetition of each call does.",
            "/v1/bulk"));
    assertThat(api.get("/v1/kv/never").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lable=x | lable | There is no such parameter here.",
        "expected=-1 | expected | This must be a decimal number, not that long.",
        "expected= | expected | This must be a decimal number, not that long."
      })
  void badParameter_isRefused(String query, String field, String detail) {
    assertProblem(
        api.send("POST", "/v1/bulk?" + query, put("never"), NDJSON),
        Problem.malformed(field, detail, "/v1/bulk"));
  }

  @Test
  void longLabel_isRefused() {
    assertProblem(
        api.send("POST", "/v1/bulk?label=" + "x".repeat(129), put("never"), NDJSON),
        Problem.malformed("label", "This must not be longer than 128 characters.", "/v1/bulk"));
  }

  @Test
  void otherMediaTypes_areRefused() {
    assertProblem(
        api.post("/v1/bulk", "{}"),
        Problem.of(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "Unsupported media type",
            "The body must be application/octet-stream or application/x-ndjson; set Content-Type to"
                + " it.",
            "/v1/bulk"));
    assertProblem(
        api.send(
            "POST",
            "/v1/bulk",
            put("never"),
            "Content-Type",
            "application/x-ndjson",
            "Accept",
            "application/json"),
        Problem.of(
            406,
            "NOT_ACCEPTABLE",
            "No acceptable representation",
            "The answer is application/problem+json or application/x-ndjson, which Accept does not"
                + " allow.",
            "/v1/bulk"));
  }

  // Connections.

  private Socket open(String headers) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    send(
        socket,
        "POST /v1/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
            + headers
            + "\r\n\r\n");
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(UTF_8));
    out.flush();
  }

  private static void sendChunk(Socket socket, String data) throws IOException {
    send(socket, Integer.toHexString(data.getBytes(UTF_8).length) + "\r\n" + data + "\r\n");
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
  }

  private static void skipTo(BufferedReader in, String part) throws IOException {
    String line = in.readLine();
    while (line != null && !line.contains(part)) {
      line = in.readLine();
    }
    assertThat(line).as("a line with " + part).isNotNull();
  }

  /** A client hears of a chunk although it has not sent the next line. */
  @Test
  void chunk_isToldAtOnce() throws IOException {
    try (Socket socket = open("Transfer-Encoding: chunked")) {
      BufferedReader in = reader(socket);
      sendChunk(socket, put("live/1"));
      skipTo(in, "HTTP/1.1 200");
      sendChunk(socket, put("live/2"));
      skipTo(in, "{\"chunk\":1,");
      sendChunk(socket, put("live/3") + put("live/4"));
      skipTo(in, "{\"chunk\":2,");
      send(socket, "0\r\n\r\n");
      skipTo(in, "\"done\":true");
    }
  }

  @Test
  void expectContinue_isAnswered() throws IOException {
    try (Socket socket = open("Expect: 100-continue\r\nTransfer-Encoding: chunked")) {
      BufferedReader in = reader(socket);
      skipTo(in, "HTTP/1.1 100");
      sendChunk(socket, put("leave"));
      send(socket, "0\r\n\r\n");
      skipTo(in, "HTTP/1.1 200");
      skipTo(in, "\"done\":true");
    }
  }

  /** A body that ends without its last chunk, or short of its length, is not a whole one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"Transfer-Encoding: chunked | true", "Content-Length: 100000 | false"})
  void truncatedBody_commitsNothingOfItsTail(String header, boolean chunked) throws IOException {
    String prefix = chunked ? "cut/" : "short/";
    String body = put(prefix + 1) + put(prefix + 2) + put(prefix + 3);
    try (Socket socket = open(header)) {
      if (chunked) {
        sendChunk(socket, body);
      } else {
        send(socket, body);
      }
      skipTo(reader(socket), "{\"chunk\":1,");
      socket.shutdownOutput();
      await().until(this::isIdle);
      assertThat(socket.getInputStream().readAllBytes()).isNotNull();
    }
    assertThat(api.get("/v1/kv/" + prefix + 2).status()).isEqualTo(200);
    assertThat(api.get("/v1/kv/" + prefix + 3).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void vanishedClient_endsTheLoad(boolean reset) throws IOException {
    String prefix = "vanish-" + reset + "/";
    Socket socket = open("Transfer-Encoding: chunked");
    sendChunk(socket, put(prefix + 1) + put(prefix + 2) + put(prefix + 3));
    skipTo(reader(socket), "{\"chunk\":1,");
    if (reset) {
      socket.setSoLinger(true, 0);
    }
    socket.close();

    await().until(this::isIdle);
    JsonNode status = api.get("/v1/status").json();
    assertThat(status.get("openSnapshots").asInt()).isZero();
    assertThat(status.get("activeTransactions").asInt()).isZero();
    assertThat(api.get("/v1/kv/" + prefix + 3).status()).isEqualTo(404);
    assertThat(load(put(prefix + 3)).body()).contains("\"done\":true");
  }

  /** Whether this request is the only one. */
  private boolean isIdle() {
    Answer answer = api.get("/actuator/metrics/http.server.requests.active");
    return answer.json().get("measurements").get(0).get("value").asInt() == 1;
  }
}
