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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.json.JsonMapper;

/** Ranges as one stream, an entry a line. */
@VarveServer
@TestPropertySource(properties = "varve.page.lease=1ms")
final class EntriesStreamIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String[] NDJSON = {"Accept", "application/x-ndjson"};

  /** More than two steps. */
  private static final int MANY = 2 * EntryStream.STEP_ENTRIES + 500;

  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  private static String key(String prefix, int number) {
    return String.format(Locale.ROOT, "%s%05d", prefix, number);
  }

  private static List<String> keys(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> key(prefix, i)).toList();
  }

  private void write(String prefix, int count, String value) {
    StringBuilder lines = new StringBuilder();
    for (String key : keys(prefix, count)) {
      lines.append("{\"put\":{\"key\":\"" + key + "\",\"value\":\"" + value + "\"}}\n");
    }
    Answer answer =
        api.send("POST", "/v1/bulk", lines.toString(), "Content-Type", "application/x-ndjson");
    assertThat(answer.body()).contains("\"done\":true");
  }

  private Answer stream(String query) {
    Answer answer = api.get("/v1/entries?" + query, NDJSON);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  private static List<String> keysOf(Answer answer) {
    return answer.body().lines().map(line -> JSON.readTree(line).get("key").asString()).toList();
  }

  @Test
  void stream_isAnEntryALine() {
    long first = api.put("/v1/kv/line/a", "1", "Content-Type", "text/plain").revision();
    long second =
        api.send("PUT", "/v1/kv/line/b", new byte[] {(byte) 0xFF}, "Content-Type", "a/b")
            .revision();
    api.put("/v1/kv/other", "v");
    Answer answer = stream("prefix=line/");
    assertThat(answer.body())
        .isEqualTo(
            "{\"key\":\"line/a\",\"value\":\"1\",\"contentType\":\"text/plain\",\"revision\":"
                + first
                + "}\n{\"key\":\"line/b\",\"value\":{\"base64\":\"/w==\"},\"contentType\":\"a/b\","
                + "\"revision\":"
                + second
                + "}\n");
    assertThat(answer.header("Content-Type")).isEqualTo("application/x-ndjson");
    assertThat(answer.header("X-Accel-Buffering")).isEqualTo("no");
    assertThat(answer.header("Content-Length")).isEmpty();
    assertStateHeaders(answer);
    assertThat(answer.revision()).isEqualTo(api.get("/v1/status").revision());
  }

  @Test
  void stream_ofNothing() {
    Answer answer = stream("prefix=nothing/");
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("Content-Type")).isEqualTo("application/x-ndjson");
  }

  @Test
  void stream_hasNoPageLimit() {
    write("many/", MANY, "v");
    assertThat(keysOf(stream("prefix=many/"))).isEqualTo(keys("many/", MANY));
    assertThat(keysOf(stream("prefix=many/&reverse=true&keysOnly=true")))
        .isEqualTo(keys("many/", MANY).reversed());
    assertThat(keysOf(stream("prefix=many/&limit=2001"))).isEqualTo(keys("many/", 2001));
    assertThat(keysOf(stream("prefix=many/&limit=100000"))).hasSize(MANY);
    api.post("/v1/admin/flush", "");
    assertThat(keysOf(stream("prefix=many/"))).isEqualTo(keys("many/", MANY));
  }

  /** A step ends at its bytes too; an entry larger than that is a step of its own. */
  @Test
  void stream_ofLargeEntries() {
    String large = "x".repeat(EntryStream.STEP_BYTES + 1);
    for (String key : keys("large/", 3)) {
      api.put("/v1/kv/" + key, large);
    }
    assertThat(keysOf(stream("prefix=large/"))).isEqualTo(keys("large/", 3));
  }

  @Test
  void stream_keysOnly_leavesValuesOut() {
    long revision = api.put("/v1/kv/bare/a", "1").revision();
    assertThat(stream("prefix=bare/&keysOnly=true").body())
        .isEqualTo("{\"key\":\"bare/a\",\"revision\":" + revision + "}\n");
  }

  @Test
  void stream_readsThePast() {
    long before = api.put("/v1/kv/past/a", "1").revision();
    api.put("/v1/kv/past/a", "2");
    Answer answer = stream("prefix=past/&revision=" + before);
    assertThat(answer.body()).contains("\"value\":\"1\"");
    assertThat(answer.revision()).isEqualTo(before);
  }

  @Test
  void stream_goesOnFromAPage() {
    write("page/", 5, "v");
    Answer page = api.get("/v1/entries?prefix=page/&limit=2");
    api.put("/v1/kv/page/99999", "later");
    String token = page.json().get("nextPageToken").asString();
    Answer rest = stream("pageToken=" + token);
    assertThat(keysOf(rest)).isEqualTo(keys("page/", 5).subList(2, 5));
    assertThat(rest.revision()).isEqualTo(page.revision());
    assertThat(keysOf(stream("limit=1&pageToken=" + token)))
        .isEqualTo(keys("page/", 5).subList(2, 3));
  }

  // Which of the two it is.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/* | application/json",
        "application/* | application/json",
        "application/json | application/json",
        "text/html, */*;q=0.1 | application/json",
        "application/x-ndjson;q=0.5, application/json | application/json",
        "application/json, application/x-ndjson | application/json",
        "application/x-ndjson | application/x-ndjson",
        "application/json;q=0.5, application/x-ndjson | application/x-ndjson",
        "application/x-ndjson, */*;q=0.5 | application/x-ndjson"
      })
  void accept_chooses(String accept, String chosen) {
    Answer answer = api.get("/v1/entries?prefix=choice/", "Accept", accept);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo(chosen);
  }

  @Test
  void accept_neither() {
    assertProblem(
        api.get("/v1/entries", "Accept", "text/csv"),
        Problem.of(
            406,
            "NOT_ACCEPTABLE",
            "No acceptable representation",
            "The answer is application/json or application/x-ndjson, which Accept does not allow.",
            "/v1/entries"));
  }

  @Test
  void head_hasNoBody() throws IOException {
    write("head/", MANY, "v");
    Answer answer =
        RawHttp.send(
            port,
            String.join(
                "\r\n",
                "HEAD /v1/entries?prefix=head/ HTTP/1.1",
                "Host: localhost",
                "Accept: application/x-ndjson",
                "Connection: close",
                "",
                ""));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.bytes()).isEmpty();
    assertThat(answer.header("Content-Type")).isEqualTo("application/x-ndjson");
    assertStateHeaders(answer);
  }

  // Failures.

  @ParameterizedTest
  @ValueSource(strings = {"revision=999999999", "pageToken=x", "limit=0", "end=a&start=b"})
  void failure_beforeTheFirstLine_isAProblem(String query) {
    Answer answer = api.get("/v1/entries?" + query, NDJSON);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.json().get("status").asInt()).isEqualTo(400);
  }

  /** The last line says why, and there is no end of the body. */
  @Test
  void failure_inTheMiddle_cutsTheConnection() throws IOException {
    Answer answer = RawHttp.get(port, "/test/broken-stream");
    assertThat(answer.status()).isEqualTo(200);
    String problem =
        "{\"problem\":"
            + Problem.of(
                    503,
                    "STORE_UNAVAILABLE",
                    "Store is unavailable",
                    "The store is closed.",
                    "/test/broken-stream")
                .worthARetry()
                .toJson()
            + "}\n";
    String entry = "{\"key\":\"contested\",\"value\":\"v\",\"revision\":3}\n";
    assertThat(answer.body()).isEqualTo(chunk(entry) + chunk(problem));
  }

  private static String chunk(String data) {
    return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
  }

  // Clients that take their time, or go.

  /** In HTTP 1.0, so that the body is not in chunks, which could end in the middle of a line. */
  private Socket open(String query) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(20_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket
        .getOutputStream()
        .write(
            ("GET /v1/entries?" + query + " HTTP/1.0\r\nAccept: application/x-ndjson\r\n\r\n")
                .getBytes(UTF_8));
    return socket;
  }

  private int openSnapshots() {
    return api.get("/v1/status").json().get("openSnapshots").asInt();
  }

  /** Pages keep their revision for a moment, see {@code varve.page.lease}. */
  private void awaitNoSnapshots() {
    await().until(() -> openSnapshots() == 0);
  }

  @Test
  void slowClient_readsOneRevision() throws IOException {
    awaitNoSnapshots();
    write("slow/", MANY, "old" + "x".repeat(8000));
    try (Socket socket = open("prefix=slow/")) {
      BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      String line = in.readLine();
      while (!line.contains("slow/")) {
        line = in.readLine();
      }
      await().until(() -> openSnapshots() == 1);
      write("slow/", MANY, "new");
      write("slow/x", 10, "new");
      api.post("/v1/admin/flush", "");
      api.post("/v1/admin/prune", "{\"keepVersions\":1,\"keepAge\":\"PT0S\"}");
      assertThat(openSnapshots()).as("the client has not read it all").isEqualTo(1);

      Stream<String> entries = Stream.concat(Stream.of(line), in.lines());
      assertThat(entries.filter(one -> one.contains("slow/")))
          .hasSize(MANY)
          .allMatch(one -> one.contains("\"value\":\"oldx"));
    }
    awaitNoSnapshots();
  }

  @Test
  void latePage_isToldWhatToDo() {
    write("late/", 3, "old");
    String token =
        api.get("/v1/entries?prefix=late/&limit=1").json().get("nextPageToken").asString();
    awaitNoSnapshots();
    write("late/", 3, "new");
    api.post("/v1/admin/flush", "");
    api.post("/v1/admin/prune", "{\"keepVersions\":1,\"keepAge\":\"PT0S\"}");
    Answer late = api.get("/v1/entries?pageToken=" + token);
    assertThat(late.status()).isEqualTo(410);
    assertThat(late.json().get("code").asString()).isEqualTo("REVISION_PRUNED");
    assertThat(late.json().get("detail").asString())
        .contains("Begin again without a page token", "/v1/admin/holds");
    assertThat(late.json().get("oldestRevision").asLong()).isPositive();
  }

  @Test
  void vanishedClient_endsTheWork() throws IOException {
    awaitNoSnapshots();
    write("gone/", MANY, "x".repeat(8000));
    try (Socket socket = open("prefix=gone/")) {
      assertThat(socket.getInputStream().read()).isNotNegative();
      await().until(() -> openSnapshots() == 1);
    }
    awaitNoSnapshots();
    assertThat(api.put("/v1/kv/after", "v").status()).isIn(200, 201);
  }
}
