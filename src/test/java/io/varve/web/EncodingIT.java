package io.varve.web;

import static io.varve.web.Api.assertProblem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** Bodies and answers that are compressed on their way. */
@VarveServer
@TestPropertySource(
    properties = {
      "varve.limits.value-bytes=1MB",
      "varve.limits.request-bytes=1MB",
      "varve.batch.max-delay=20ms"
    })
@Timeout(120)
final class EncodingIT {
  private static final String ENCODING = "Content-Encoding";
  private static final String TYPE = "Content-Type";
  private static final String JSON = "application/json";
  private static final String NDJSON = "application/x-ndjson";
  private static final String[] GZIP = {"Accept-Encoding", "gzip"};
  private static final String LONG_TEXT = "Lorem ipsum dolor sit amet. ".repeat(100);
  private static final int BOMB_BYTES = 64 << 20;

  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "x-gzip", "GZIP", "deflate", "identity", "identity, gzip"})
  void put_storesWhatWasCoded(String coding) throws IOException {
    byte[] body = coding.endsWith("identity") ? LONG_TEXT.getBytes(UTF_8) : coded(coding);
    Answer put = api.send("PUT", "/v1/kv/coded", body, TYPE, "text/plain", ENCODING, coding);
    assertThat(put.status()).as(put.body()).isIn(200, 201);
    Answer get = api.get("/v1/kv/coded");
    assertThat(get.body()).isEqualTo(LONG_TEXT);
    assertThat(get.header(TYPE)).isEqualTo("text/plain");
    assertThat(get.header(ENCODING)).isEmpty();
  }

  private static byte[] coded(String coding) throws IOException {
    byte[] text = LONG_TEXT.getBytes(UTF_8);
    return coding.equals("deflate") ? deflate(text) : gzip(text);
  }

  @Test
  void put_codedTwice_isDecodedTwice() throws IOException {
    byte[] body = gzip(deflate(LONG_TEXT.getBytes(UTF_8)));
    api.send("PUT", "/v1/kv/twice", body, ENCODING, "deflate", ENCODING, "gzip");
    assertThat(api.get("/v1/kv/twice").body()).isEqualTo(LONG_TEXT);
  }

  @Test
  void largeValue_isDecoded() throws IOException {
    byte[] value = new byte[1 << 20];
    new Random(3).nextBytes(value);
    Arrays.fill(value, 1000, 500_000, (byte) 7);
    api.send("PUT", "/v1/kv/large", gzip(value), ENCODING, "gzip");
    assertThat(api.get("/v1/kv/large").bytes()).isEqualTo(value);
  }

  @Test
  void txnAndBatch_areDecoded() throws IOException {
    byte[] txn = gzip("{\"success\":[{\"put\":{\"key\":\"t\",\"value\":\"1\"}}]}");
    Answer done = api.send("POST", "/v1/txn", txn, TYPE, JSON, ENCODING, "gzip");
    assertThat(done.status()).as(done.body()).isEqualTo(200);
    byte[] batch = gzip("{\"operations\":[{\"put\":{\"key\":\"b\",\"value\":\"2\"}}]}");
    done = api.sendChunked("POST", "/v1/batch", batch, TYPE, JSON, ENCODING, "gzip");
    assertThat(done.status()).as(done.body()).isEqualTo(200);
    assertThat(api.get("/v1/kv/t").body() + api.get("/v1/kv/b").body()).isEqualTo("12");
  }

  @Test
  void interactiveTransaction_isDecoded() throws IOException {
    Answer begun = api.send("POST", "/v1/transactions", gzip("{}"), TYPE, JSON, ENCODING, "gzip");
    assertThat(begun.status()).as(begun.body()).isEqualTo(201);
    String path = "/v1/transactions/" + begun.json().get("id").asString();
    Answer put = api.send("PUT", path + "/kv/i", gzip("3"), ENCODING, "gzip");
    assertThat(put.status()).as(put.body()).isLessThan(300);
    assertThat(api.get(path + "/kv/i").body()).isEqualTo("3");
    api.delete(path);
  }

  @Test
  void bulk_isDecoded() throws IOException {
    Answer done =
        api.send(
            "POST", "/v1/bulk", gzip(line("l/1") + line("l/2")), TYPE, NDJSON, ENCODING, "gzip");
    assertThat(done.body()).contains("\"done\":true,\"operations\":2");
    assertThat(api.get("/v1/kv/l/2").body()).isEqualTo("v");
  }

  @Test
  void bulk_whoseLinesAreFlushed_isAnsweredBeforeItsEnd() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      out.write(head("Content-Encoding: gzip", 100_000).getBytes(UTF_8));
      GZIPOutputStream gzip = new GZIPOutputStream(out, true);
      var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      for (int i = 1; i <= 2; i++) {
        gzip.write(line("d/" + i).getBytes(UTF_8));
        gzip.flush();
        assertThat(readChunk(in)).contains("\"chunk\":" + i);
      }
    }
  }

  /** The next line of a chunk, whatever stands between. */
  private static String readChunk(BufferedReader in) throws IOException {
    String line = in.readLine();
    while (line != null && !line.contains("\"chunk\"")) {
      line = in.readLine();
    }
    return line == null ? "the end" : line;
  }

  @Test
  void bulk_cutOff_isToldInTheLastLine() throws IOException {
    byte[] whole = gzip(line("c/1"));
    byte[] half = Arrays.copyOf(whole, whole.length - 4);
    Answer ended = api.send("POST", "/v1/bulk", half, TYPE, NDJSON, ENCODING, "gzip");
    assertThat(ended.body()).contains("\"done\":false", "The body ends before this coding of it");
  }

  @Test
  void bomb_isTooLarge() throws IOException {
    byte[] bomb = gzip(new byte[BOMB_BYTES]);
    assertThat(bomb.length).isLessThan(1 << 20);
    Answer put = api.send("PUT", "/v1/kv/bomb", bomb, ENCODING, "gzip");
    assertThat(put.status()).isEqualTo(413);
    assertThat(put.json().get("code").asString()).isEqualTo("VALUE_TOO_LARGE");
    assertThat(put.json().get("actual").asLong()).isLessThan(2 << 20);
    for (String path : new String[] {"/v1/txn", "/v1/batch"}) {
      Answer post = api.send("POST", path, bomb, TYPE, JSON, ENCODING, "gzip");
      assertThat(post.status()).as(path).isEqualTo(413);
      assertThat(post.json().get("actual").asLong()).isLessThan(2 << 20);
    }
    Answer bulk = api.send("POST", "/v1/bulk", bomb, TYPE, NDJSON, ENCODING, "gzip");
    assertThat(bulk.body()).contains("REQUEST_TOO_LARGE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd", "gzip, br", "gzip, gzip, gzip, gzip", "*", "compress"})
  void unknownCoding_isUnsupported(String coding) throws IOException {
    Answer put = api.send("PUT", "/v1/kv/unknown", gzip("x"), ENCODING, coding);
    assertProblem(
        put,
        Problem.of(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "Unsupported media type",
            "Content-Encoding must be gzip or deflate, of at most 3 codings; or send the body as it"
                + " is, without this header.",
            "/v1/kv/unknown"));
    assertThat(put.header("Accept-Encoding")).isEqualTo("gzip, deflate");
    assertThat(api.get("/v1/kv/unknown").status()).isEqualTo(404);
    for (String path : new String[] {"/v1/txn", "/v1/batch", "/v1/bulk"}) {
      String type = path.equals("/v1/bulk") ? NDJSON : JSON;
      Answer post = api.send("POST", path, gzip("{}"), TYPE, type, ENCODING, coding);
      assertThat(post.status()).as(path).isEqualTo(415);
      assertThat(post.header("Accept-Encoding")).isEqualTo("gzip, deflate");
    }
  }

  @Test
  void damagedBody_isMalformed() throws IOException {
    byte[] whole = gzip(LONG_TEXT);
    Answer cut =
        api.send("PUT", "/v1/kv/half", Arrays.copyOf(whole, whole.length / 2), ENCODING, "gzip");
    assertProblem(
        cut,
        Problem.malformed(ENCODING, "The body ends before this coding of it does.", "/v1/kv/half"));
    Answer plain = api.send("PUT", "/v1/kv/half", LONG_TEXT, ENCODING, "gzip");
    assertProblem(
        plain, Problem.malformed(ENCODING, "The body is not in this coding.", "/v1/kv/half"));
    Answer txn = api.send("POST", "/v1/txn", "{}", TYPE, JSON, ENCODING, "gzip");
    assertProblem(txn, Problem.malformed(ENCODING, "The body is not in this coding.", "/v1/txn"));
    assertThat(api.get("/v1/kv/half").status()).isEqualTo(404);
  }

  @Test
  void callWithoutBody_doesNotMindTheHeader() {
    api.put("/v1/kv/bodiless", "v");
    assertThat(api.get("/v1/kv/bodiless", ENCODING, "br").status()).isEqualTo(200);
    assertThat(api.delete("/v1/kv/bodiless", ENCODING, "br").status()).isEqualTo(200);
  }

  @Test
  void retry_inAnotherCoding_isTheSameRequest() throws IOException {
    String txn = "{\"success\":[{\"add\":{\"key\":\"n\",\"delta\":1}}]}";
    Answer first = api.send("POST", "/v1/txn", txn, TYPE, JSON, "Idempotency-Key", "\"coded-1\"");
    Answer second =
        api.send(
            "POST",
            "/v1/txn",
            gzip(txn),
            TYPE,
            JSON,
            ENCODING,
            "gzip",
            "Idempotency-Key",
            "\"coded-1\"");
    assertThat(first.status()).as(first.body()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
    Answer put =
        api.send("PUT", "/v1/kv/once", gzip("v"), ENCODING, "gzip", "Idempotency-Key", "p");
    Answer again =
        api.send(
            "PUT",
            "/v1/kv/once",
            deflate("v".getBytes(UTF_8)),
            ENCODING,
            "deflate",
            "Idempotency-Key",
            "p");
    assertThat(again.revision()).isEqualTo(put.revision());
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
  }

  @Test
  void entry_isCompressed_underATagOfItsOwn() {
    Answer put = api.put("/v1/kv/tag", LONG_TEXT, TYPE, "text/plain");
    Answer plain = api.get("/v1/kv/tag");
    assertThat(plain.header("Vary")).isEqualTo("Accept, Accept-Encoding");
    assertThat(plain.etag()).isEqualTo(put.etag());

    Answer gzipped = api.get("/v1/kv/tag", GZIP);
    assertThat(gzipped.header(ENCODING)).isEqualTo("gzip");
    assertThat(gzipped.bytes().length).isLessThan(LONG_TEXT.length() / 4);
    assertThat(gzipped.decoded().body()).isEqualTo(LONG_TEXT);
    assertThat(gzipped.header("Vary")).isEqualTo("Accept, Accept-Encoding");
    assertThat(gzipped.etag()).isEqualTo(plain.etag().replaceFirst("\"$", "-gzip\""));

    Answer head = api.head("/v1/kv/tag", GZIP);
    assertThat(head.etag()).isEqualTo(gzipped.etag());
    assertThat(head.header(ENCODING)).isEqualTo("gzip");
    assertThat(head.header("Content-Length")).isNotEqualTo("" + LONG_TEXT.length());
    assertThat(api.head("/v1/kv/tag").header("Content-Length")).isEqualTo("" + LONG_TEXT.length());

    Answer kept = api.get("/v1/kv/tag", "Accept-Encoding", "gzip", "If-None-Match", gzipped.etag());
    assertThat(kept.status()).isEqualTo(304);
    assertThat(kept.bytes()).isEmpty();
    assertThat(kept.etag()).isEqualTo(gzipped.etag());
    assertThat(kept.header("Vary")).isEqualTo("Accept, Accept-Encoding");
    assertThat(kept.header(ENCODING)).isEmpty();
    Answer weak = api.get("/v1/kv/tag", "If-None-Match", "W/" + plain.etag());
    assertThat(weak.status()).isEqualTo(304);
    assertThat(weak.etag()).isEqualTo(plain.etag());

    assertThat(api.put("/v1/kv/tag", "x", "If-Match", "W/" + gzipped.etag()).status())
        .isEqualTo(412);
    assertThat(api.put("/v1/kv/tag", "x", "If-Match", gzipped.etag()).status()).isEqualTo(200);
    assertThat(api.get("/v1/kv/tag", "If-None-Match", gzipped.etag()).status()).isEqualTo(200);
  }

  @Test
  void entryAsObject_isCompressed() {
    api.put("/v1/kv/object", LONG_TEXT, TYPE, "text/plain");
    Answer gzipped = api.get("/v1/entries/object", GZIP);
    assertThat(gzipped.header(ENCODING)).isEqualTo("gzip");
    assertThat(gzipped.etag()).endsWith("-entry-gzip\"");
    assertThat(gzipped.decoded().json().get("value").asString()).isEqualTo(LONG_TEXT);
  }

  @Test
  void whatIsCompressedOrSmall_staysAsItIs() throws IOException {
    byte[] image = gzip(LONG_TEXT.repeat(100) + new Random(1).nextLong());
    for (String type : new String[] {"image/png", "application/octet-stream", "application/gzip"}) {
      api.send("PUT", "/v1/kv/binary", image.clone(), TYPE, type);
      Answer answer = api.get("/v1/kv/binary", GZIP);
      assertThat(answer.header(ENCODING)).isEmpty();
      assertThat(answer.header("Vary")).isEqualTo("Accept");
      assertThat(answer.bytes()).isEqualTo(image);
    }
    api.put("/v1/kv/small", "small", TYPE, "text/plain");
    Answer small = api.get("/v1/kv/small", GZIP);
    assertThat(small.header(ENCODING)).isEmpty();
    assertThat(small.body()).isEqualTo("small");
    Answer txn = api.send("POST", "/v1/txn", "{}", TYPE, JSON, "Accept-Encoding", "gzip");
    assertThat(txn.header(ENCODING)).isEmpty();
    assertThat(txn.json().get("succeeded").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip                    | true",
        "x-gzip                  | true",
        "br, GZIP;q=0.8          | true",
        "*                       | true",
        "*;q=0.5, identity;q=0.1 | true",
        "gzip;q=0                | false",
        "gzip;q=0, *             | false",
        "identity                | false",
        "gzip;q=0.5, identity    | false",
        "br, zstd                | false",
        "gzip;q=much             | false"
      })
  void qualities_decide(String accepted, boolean isCompressed) {
    api.put("/v1/kv/quality", LONG_TEXT, TYPE, "text/plain");
    Answer answer = api.get("/v1/entries?prefix=quality", "Accept-Encoding", accepted);
    assertThat(answer.header(ENCODING)).isEqualTo(isCompressed ? "gzip" : "");
    assertThat(answer.header("Vary")).isEqualTo("Accept-Encoding");
    assertThat(answer.decoded().json().get("entries")).hasSize(1);
  }

  @Test
  void largeAnswers_areCompressed() {
    api.put("/v1/kv/page/1", LONG_TEXT.repeat(300), TYPE, "text/plain");
    Answer page = api.get("/v1/entries?prefix=page/", GZIP);
    assertThat(page.header(ENCODING)).isEqualTo("gzip");
    assertThat(page.bytes().length).isLessThan(50_000);
    assertThat(page.decoded().json().get("entries")).hasSize(1);
    String get = "{\"success\":[{\"get\":{\"key\":\"page/1\"}}]}";
    Answer txn = api.send("POST", "/v1/txn", get, TYPE, JSON, "Accept-Encoding", "gzip");
    assertThat(txn.header(ENCODING)).isEqualTo("gzip");
    assertThat(txn.decoded().body()).contains(LONG_TEXT.repeat(300));
    // Through Spring MVC, where the content type has a parameter.
    Answer other = api.send("POST", "/v1/txn", get, TYPE, JSON + ";x=y", "Accept-Encoding", "gzip");
    assertThat(other.decoded().body()).contains(LONG_TEXT.repeat(300));
    Answer tiny = api.send("POST", "/v1/txn", "{}", TYPE, JSON + ";x=y");
    assertThat(tiny.json().get("succeeded").asBoolean()).isTrue();
    assertThat(api.get("/v3/api-docs", GZIP).decoded().body()).startsWith("{\"openapi\"");
    assertThat(api.get("/v3/api-docs", GZIP).header(ENCODING)).isEqualTo("gzip");
    assertThat(api.get("/actuator/prometheus", GZIP).header(ENCODING)).isEqualTo("gzip");
    assertThat(api.get("/actuator/prometheus", GZIP).decoded().body()).contains("# HELP");
  }

  @Test
  void stream_isCompressedLineByLine() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      lines.append(line("s/" + i));
    }
    api.send("POST", "/v1/bulk", lines.toString(), TYPE, NDJSON);
    Answer stream = api.get("/v1/entries?prefix=s/", "Accept", NDJSON, "Accept-Encoding", "gzip");
    assertThat(stream.header(ENCODING)).isEqualTo("gzip");
    assertThat(stream.header("Vary")).isEqualTo("Accept-Encoding");
    assertThat(stream.decoded().body().lines()).hasSize(3_000);
    Answer head = RawHttp.send(port, request("HEAD", "/v1/entries?prefix=s/", "Accept: " + NDJSON));
    assertThat(head.header(ENCODING)).isEqualTo("gzip");
    assertThat(head.bytes()).isEmpty();
  }

  /** A client that has no end does not take the part it has for the whole. */
  @Test
  void stream_thatBreaksOff_hasNoEndOfGzip() throws IOException {
    Answer broken = RawHttp.send(port, request("GET", "/test/broken-stream", "Accept: */*"));
    assertThat(broken.header(ENCODING)).isEqualTo("gzip");
    var in = new GZIPInputStream(new ByteArrayInputStream(broken.bytes()));
    assertThat(readLine(in)).contains("\"key\":\"contested\"");
    assertThat(readLine(in)).startsWith("{\"problem\":");
    assertThatThrownBy(in::read).isInstanceOf(EOFException.class);
  }

  @Test
  void answer_thatBecomesAProblem_isNotCompressed() {
    Answer problem = api.get("/test/unfinished", GZIP);
    assertThat(problem.status()).isEqualTo(503);
    assertThat(problem.header(ENCODING)).isEmpty();
    assertThat(problem.etag()).isEqualTo("\"kept\"");
    assertThat(problem.json().get("code").asString()).isEqualTo("STORE_UNAVAILABLE");
  }

  private static String request(String method, String path, String accept) {
    return String.join(
        "\r\n",
        method + " " + path + " HTTP/1.0",
        "Host: localhost",
        "Accept-Encoding: gzip",
        accept,
        "",
        "");
  }

  @Test
  void bulkAnswer_isCompressed_andThereLineByLine() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      String line = line("a/1");
      out.write((head("Accept-Encoding: gzip", 2 * line.length()) + line).getBytes(UTF_8));
      String head = readHead(socket);
      assertThat(head).contains("Content-Encoding: gzip");
      var in = new GZIPInputStream(socket.getInputStream());
      assertThat(readLine(in)).contains("\"chunk\":1");
      out.write(line.getBytes(UTF_8));
      assertThat(readLine(in)).contains("\"chunk\":2");
      assertThat(readLine(in)).contains("\"done\":true");
      assertThat(in.read()).isNegative();
    }
  }

  /** Reads no further than to the end of the line, for which a reader might wait. */
  private static String readLine(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int one = in.read(); one >= 0 && one != '\n'; one = in.read()) {
      line.write(one);
    }
    return line.toString(UTF_8);
  }

  private static String readHead(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int one = socket.getInputStream().read();
      assertThat(one).isNotNegative();
      head.append((char) one);
    }
    return head.toString();
  }

  /** Of HTTP/1.0, so that the answer comes without chunks. */
  private static String head(String coding, int length) {
    return String.join(
        "\r\n",
        "POST /v1/bulk HTTP/1.0",
        "Host: localhost",
        "Content-Type: application/x-ndjson",
        coding,
        "Content-Length: " + length,
        "",
        "");
  }

  private static String line(String key) {
    return "{\"put\":{\"key\":\"" + key + "\",\"value\":\"v\"}}\n";
  }

  private static byte[] gzip(String text) throws IOException {
    return gzip(text.getBytes(UTF_8));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var coded = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(coded)) {
      out.write(bytes);
    }
    return coded.toByteArray();
  }

  private static byte[] deflate(byte[] bytes) throws IOException {
    var coded = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(coded)) {
      out.write(bytes);
    }
    return coded.toByteArray();
  }
}
