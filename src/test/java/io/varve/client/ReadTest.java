package io.varve.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the client reads out of answers. */
final class ReadTest {
  private static final String STORE = "00000000000000aa";

  private final ScriptedServer server = new ScriptedServer();
  private final VarveClient client =
      VarveClient.builder(server.uri()).build(new ManualSurroundings().surroundings());

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static VarveEntry entry(String key, String value, long revision) {
    return new VarveEntry(
        VarveKey.of(key), VarveValue.text(value).as(VarveValue.OCTET_STREAM), revision, STORE);
  }

  @Test
  void entry_hasValueTypeAndTag() {
    server.raw("text/x", "v", "ETag", "\"" + STORE + "-7\"");
    VarveEntry entry = client.get("k").orElseThrow();
    assertThat(entry)
        .isEqualTo(new VarveEntry(VarveKey.of("k"), VarveValue.text("v").as("text/x"), 7, STORE));
    assertThat(entry.etag()).isEqualTo("\"" + STORE + "-7\"");
  }

  @Test
  void past_isAskedFor() {
    server.problem(404, "KEY_NOT_FOUND", "").problem(404, "KEY_NOT_FOUND", "");
    assertThat(client.at(5).get("k")).isEmpty();
    assertThat(client.at(Instant.EPOCH).get("k")).isEmpty();
    assertThat(server.asked())
        .containsExactly("GET /v1/kv/k?revision=5", "GET /v1/kv/k?at=1970-01-01T00:00:00Z");
  }

  @Test
  void goneResource_isNoAbsentKey() {
    server.problem(404, "NOT_FOUND", "");
    assertThatThrownBy(() -> client.get("k")).hasMessageContaining("NOT_FOUND");
  }

  @Test
  void conditions_areHeadersAndTheirFailureAResult() {
    server
        .json(201, "{'revision':7,'created':true}")
        .problem(412, "PRECONDITION_FAILED", "", "ETag", "\"s-9\"")
        .problem(412, "PRECONDITION_FAILED", "")
        .json(200, "{'revision':10,'deleted':true}");
    assertThat(client.putIfAbsent("k", "v").toOptional().map(PutResult::revision)).contains(7L);
    VarveEntry entry = entry("k", "v", 7);
    Conditional<PutResult> replaced = client.replace(entry, "w");
    assertThat(replaced.applied()).isFalse();
    assertThat(replaced).isEqualTo(new Conditional.Refused<PutResult>("\"s-9\""));
    assertThat(client.deleteIf(entry).toOptional()).isEmpty();
    assertThat(client.deleteIf(VarveKey.of("k"), "\"s-9\"").applied()).isTrue();
    assertThat(server.requests().get(0).header("If-None-Match")).contains("*");
    assertThat(server.requests().get(1).header("If-Match")).contains(entry.etag());
    assertThat(server.requests().get(3).header("If-Match")).contains("\"s-9\"");
  }

  @Test
  void pages_areFetchedWhenTheyAreNeeded() {
    server
        .json(
            200,
            "{'revision':9,'entries':[{'key':'a','value':'1','revision':1},"
                + "{'key':{'base64':'/w=='},'value':{'base64':'/g=='},'contentType':'t',"
                + "'revision':2}],'nextPageToken':'t1'}")
        .json(200, "{'revision':9,'entries':[],'nextPageToken':'t2'}")
        .json(200, "{'revision':9,'entries':[{'key':'c','value':'3','revision':3}]}");
    Iterator<VarveEntry> entries = client.scan(Scan.prefix("p").pageSize(2)).iterator();
    assertThat(server.asked()).isEmpty();
    assertThat(entries.next()).isEqualTo(entry("a", "1", 1));
    assertThat(entries.next())
        .isEqualTo(
            new VarveEntry(
                VarveKey.of(new byte[] {(byte) 0xFF}),
                VarveValue.of(new byte[] {(byte) 0xFE}).as("t"),
                2,
                STORE));
    assertThat(server.asked()).hasSize(1);
    assertThat(entries.next()).isEqualTo(entry("c", "3", 3));
    assertThat(entries.hasNext()).isFalse();
    assertThat(server.asked())
        .containsExactly(
            "GET /v1/entries?encoding=base64url&prefix=cA&limit=2",
            "GET /v1/entries?pageToken=t1&limit=2",
            "GET /v1/entries?pageToken=t2&limit=2");
  }

  @Test
  void limitedStream_fetchesNoFurtherPage() {
    server.json(
        200, "{'entries':[{'key':'a','revision':1},{'key':'b','revision':1}],'nextPageToken':'t'}");
    assertThat(client.keys(Scan.all().reversed()).limit(2))
        .containsExactly(VarveKey.of("a"), VarveKey.of("b"));
    assertThat(server.asked()).containsExactly("GET /v1/entries?reverse=true&keysOnly=true");
  }

  @Test
  void scanAll_readsLines() {
    server.lines(
        "{'key':'a','value':'x','revision':1}", "{'key':'b','value':'y\\nz','revision':2}");
    try (Stream<VarveEntry> entries = client.scanAll(Scan.all())) {
      assertThat(entries).containsExactly(entry("a", "x", 1), entry("b", "y\nz", 2));
    }
    assertThat(server.requests().getFirst().header("Accept")).contains("application/x-ndjson");
  }

  @Test
  void scanAll_refused_isAProblem() {
    server.problem(410, "REVISION_PRUNED", "");
    assertThatThrownBy(() -> client.scanAll(Scan.all())).hasMessageContaining("REVISION_PRUNED");
  }

  @Test
  void scanAll_thatEndsInAProblem_throws() {
    server.lines(
        "{'key':'a','value':'x','revision':1}",
        "{'status':503,'code':'SHUTTING_DOWN','detail':'Bye.'}");
    try (Stream<VarveEntry> entries = client.scanAll(Scan.all())) {
      Iterator<VarveEntry> iterator = entries.iterator();
      assertThat(iterator.next()).isEqualTo(entry("a", "x", 1));
      assertThatThrownBy(iterator::hasNext).hasMessage("503 SHUTTING_DOWN: Bye.");
    }
  }

  @Test
  void scanAll_thatBreaks_isNoEnd() {
    server.then(
        exchange -> {
          exchange.sendResponseHeaders(200, 1_000);
          exchange
              .getResponseBody()
              .write(
                  "{\"key\":\"a\",\"value\":\"x\",\"revision\":1}\n"
                      .getBytes(java.nio.charset.StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          exchange.close();
        });
    try (Stream<VarveEntry> entries = client.scanAll(Scan.all())) {
      Iterator<VarveEntry> iterator = entries.iterator();
      assertThat(iterator.next().key()).isEqualTo(VarveKey.of("a"));
      assertThatThrownBy(iterator::hasNext)
          .isInstanceOf(VarveException.class)
          .hasMessageContaining("NO_ANSWER");
    }
  }

  @Test
  void history_hasDeletions() {
    server.json(
        200,
        "{'key':'k','versions':[{'revision':8,'deleted':true,'time':'2026-01-01T00:00:00Z'},"
            + "{'revision':7,'value':'v','deleted':false,'time':'2025-01-01T00:00:00Z'}],"
            + "'more':true,'added':'later'}");
    KeyHistory history = client.history(VarveKey.of("k"), 2);
    assertThat(history.more()).isTrue();
    assertThat(history.versions())
        .containsExactly(
            new VarveVersion(8, null, Instant.parse("2026-01-01T00:00:00Z")),
            new VarveVersion(
                7,
                VarveValue.text("v").as(VarveValue.OCTET_STREAM),
                Instant.parse("2025-01-01T00:00:00Z")));
    assertThat(history.versions().getFirst().deleted()).isTrue();
    assertThat(history.versions().getFirst().value()).isEmpty();
    assertThat(server.asked()).containsExactly("GET /v1/history?encoding=base64url&key=aw&limit=2");
  }

  @Test
  void oneShot_givesEachResult() {
    server.json(
        200,
        "{'succeeded':true,'revision':10,'durableRevision':9,'results':["
            + "{'get':{'entry':{'key':'a','value':'1','revision':3}}},{'get':{'entry':null}},"
            + "{'put':{'revision':10}},{'delete':{'deleted':true}},"
            + "{'scan':{'entries':[{'key':'b','value':'2','revision':4}],'more':true}},"
            + "{'add':{'value':5}}]}");
    OneShotResult result = client.run(OneShot.of(Operation.get("a")));
    assertThat(result.succeeded()).isTrue();
    assertThat(result.revision()).isEqualTo(10);
    assertThat(result.durableRevision()).isEqualTo(9);
    OperationResults results = result.results();
    assertThat(results.entry(0)).contains(entry("a", "1", 3));
    assertThat(results.entry(1)).isEmpty();
    assertThat(results.list().get(2)).isEqualTo(new OperationResult.Written());
    assertThat(results.deleted(3)).isTrue();
    assertThat(results.entries(4)).containsExactly(entry("b", "2", 4));
    assertThat(results.list().get(4))
        .isEqualTo(new OperationResult.Scanned(results.entries(4), true));
    assertThat(results.sum(5)).isEqualTo(5);
    assertThatThrownBy(() -> results.sum(0)).isInstanceOf(ClassCastException.class);
  }

  @Test
  void batch_givesItsRevision() {
    server.json(200, "{'revision':10,'durableRevision':9,'operations':2}");
    assertThat(client.batch(Operation.put("a", "1"), Operation.delete("b")))
        .isEqualTo(new BatchResult(10, 9, 2));
  }
}
