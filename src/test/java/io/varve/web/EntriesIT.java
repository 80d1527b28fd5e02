package io.varve.web;

import static io.varve.web.Api.assertJson;
import static io.varve.web.Api.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Ranges: what they hold, page by page, and what page tokens promise. */
@VarveServer
final class EntriesIT {
  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  private long write(String prefix, int count) {
    StringBuilder puts = new StringBuilder();
    for (int i = 0; i < count; i++) {
      puts.append(i == 0 ? "" : ",")
          .append("{\"put\":{\"key\":\"" + prefix + i + "\",\"value\":\"v" + i + "\"}}");
    }
    Answer answer = api.txn("{\"success\":[" + puts + "]}");
    assertThat(answer.status()).isEqualTo(200);
    return answer.revision();
  }

  @Test
  void prefix_listsInOrder() {
    long revision = write("list/", 3);
    Answer page = api.get("/v1/entries?prefix=list/");
    assertJson(
        page,
        200,
        "{\"revision\":"
            + page.revision()
            + ",\"entries\":["
            + entry("list/0", "v0", revision)
            + ","
            + entry("list/1", "v1", revision)
            + ","
            + entry("list/2", "v2", revision)
            + "]}");
  }

  private static String entry(String key, String value, long revision) {
    return "{\"key\":\"" + key + "\",\"value\":\"" + value + "\",\"revision\":" + revision + "}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "start=range/1&end=range/3 | range/1,range/2",
        "start=range/3&end=range/3 | ''",
        "prefix=range/&reverse=true | range/4,range/3,range/2,range/1,range/0",
        "start=range/3&end=range/5&reverse=true | range/4,range/3",
        "prefix=range/&limit=2 | range/0,range/1",
        "prefix=range/9 | ''",
        "encoding=base64url&prefix=cmFuZ2UvMQ | range/1"
      })
  void range_selects(String query, String expected) {
    write("range/", 5);
    assertThat(String.join(",", keys(api.get("/v1/entries?" + query)))).isEqualTo(expected);
  }

  @Test
  void keysOnly_leavesValuesOut() {
    long revision = write("keys/", 1);
    Answer page = api.get("/v1/entries?prefix=keys/&keysOnly=true");
    assertThat(page.body())
        .endsWith("\"entries\":[{\"key\":\"keys/0\",\"revision\":" + revision + "}]}");
  }

  @Test
  void revision_readsThePast() {
    long before = write("then/", 1);
    api.put("/v1/kv/then/0", "new");
    api.put("/v1/kv/then/1", "new");
    Answer page = api.get("/v1/entries?prefix=then/&revision=" + before);
    assertThat(page.body()).contains("\"v0\"").doesNotContain("new");
    assertThat(page.revision()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void pages_showOneRevision(boolean reverse) {
    String prefix = "pages-" + reverse + "/";
    long revision = write(prefix, 7);
    String query = "/v1/entries?prefix=" + prefix + "&limit=3&reverse=" + reverse;
    List<String> keys = new ArrayList<>();
    Answer page = api.get(query);
    keys.addAll(keys(page));
    for (int i = 0; i < 7; i++) {
      api.put("/v1/kv/" + prefix + i, "new");
      api.put("/v1/kv/" + prefix + i + "x", "new");
    }
    api.post("/v1/admin/flush", "");
    api.post("/v1/admin/prune", "{\"keepVersions\":1,\"keepAge\":\"PT0S\"}");
    int pages = 1;
    while (token(page) != null) {
      page = api.get(query + "&pageToken=" + token(page));
      assertThat(page.status()).isEqualTo(200);
      assertThat(page.revision()).isEqualTo(revision);
      assertThat(page.body()).doesNotContain("new");
      keys.addAll(keys(page));
      pages++;
    }
    assertThat(pages).isEqualTo(3);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      expected.add(prefix + (reverse ? 6 - i : i));
    }
    assertThat(keys).isEqualTo(expected);
  }

  @Test
  void lastPage_hasNoToken() {
    write("exact/", 4);
    Answer page = api.get("/v1/entries?prefix=exact/&limit=2");
    Answer last = api.get("/v1/entries?limit=2&pageToken=" + token(page));
    assertThat(keys(last)).containsExactly("exact/2", "exact/3");
    assertThat(token(last)).isNull();
  }

  @Test
  void pageToken_tampered_isRefused() {
    write("tamper/", 3);
    String token = String.valueOf(token(api.get("/v1/entries?prefix=tamper/&limit=1")));
    for (int i = 0; i < token.length(); i += 7) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      assertInvalidToken(token.substring(0, i) + other + token.substring(i + 1));
    }
    assertInvalidToken(token + "A");
    assertInvalidToken(token.substring(4));
    assertInvalidToken("");
    assertInvalidToken("%20");
  }

  private void assertInvalidToken(String token) {
    assertProblem(
        api.get("/v1/entries?pageToken=" + token),
        Problem.of(
            400,
            "INVALID_PAGE_TOKEN",
            "Invalid page token",
            "This page token was not issued by this store, or to somebody else. Begin again"
                + " without one.",
            "/v1/entries"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prefix=other/",
        "start=scan/",
        "reverse=true",
        "revision=1",
        "at=2026-01-01T00:00:00Z"
      })
  void pageToken_ofAnotherScan_isRefused(String changed) {
    write("scan/", 3);
    String token = token(api.get("/v1/entries?prefix=scan/&limit=1"));
    assertProblem(
        api.get("/v1/entries?" + changed + "&pageToken=" + token),
        Problem.of(
            400,
            "INVALID_PAGE_TOKEN",
            "Invalid page token",
            "This page token is of another scan. Leave out what was asked for there, or repeat it.",
            "/v1/entries"));
  }

  @Test
  void prunedRevision_isGone() {
    long first = api.put("/v1/kv/old-range/a", "1").revision();
    api.put("/v1/kv/old-range/a", "2");
    api.post("/v1/admin/flush", "");
    api.post("/v1/admin/prune", "{\"keepVersions\":1,\"keepAge\":\"PT0S\"}");
    Answer page = api.get("/v1/entries?prefix=old-range/&revision=" + first);
    assertThat(page.status()).isEqualTo(410);
    assertThat(page.json().get("code").asString()).isEqualTo("REVISION_PRUNED");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "start=b&end=a | start | The range is inverted: its start lies above its end. Swap the"
            + " two.",
        "prefix=a&start=b | prefix | Give prefix, or start and end, not both.",
        "limit=0 | limit | This must be 1 to 10000.",
        "limit=10001 | limit | This must be 1 to 10000.",
        "limit=ten | limit | This must be a decimal number, not that long.",
        "reverse=yes | reverse | This must be true or false.",
        "encoding=hex | encoding | The only encoding is base64url.",
        "encoding=base64url&prefix=a+b | prefix | This must be base64url without padding.",
        "prefix=%25%FF | prefix | This is not percent-encoded UTF-8. For keys of other bytes use"
            + " encoding=base64url.",
        "revision=1&at=2026-01-01T00:00:00Z | at | Give revision or at, not both.",
        "kyesOnly=true | kyesOnly | There is no such parameter here."
      })
  void badParameter_isRefused(String query, String field, String detail) {
    assertProblem(api.get("/v1/entries?" + query), Problem.malformed(field, detail, "/v1/entries"));
  }

  private static List<String> keys(Answer page) {
    assertThat(page.status()).as(page.body()).isEqualTo(200);
    List<String> keys = new ArrayList<>();
    page.json().get("entries").forEach(entry -> keys.add(entry.get("key").asString()));
    return keys;
  }

  private static @Nullable String token(Answer page) {
    JsonNode token = page.json().get("nextPageToken");
    return token == null ? null : token.asString();
  }
}
