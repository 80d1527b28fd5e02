package io.varve.web;

import static io.varve.web.Api.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** If-Match and If-None-Match, by RFC 9110. */
@VarveServer
final class PreconditionIT {
  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  @Test
  void put_ifNoneMatchAny_createsOnly() {
    api.delete("/v1/kv/once");
    assertThat(api.put("/v1/kv/once", "1", "If-None-Match", "*").status()).isEqualTo(201);
    Answer again = api.put("/v1/kv/once", "2", "If-None-Match", "*");
    assertFailed(again, "once", again.revision());
    assertThat(api.get("/v1/kv/once").body()).isEqualTo("1");
  }

  @Test
  void put_ifMatch_replacesOnlyThatVersion() {
    Answer first = api.put("/v1/kv/version", "1");
    Answer second = api.put("/v1/kv/version", "2", "If-Match", first.etag());
    assertThat(second.status()).isEqualTo(200);
    Answer late = api.put("/v1/kv/version", "3", "If-Match", first.etag());
    assertFailed(late, "version", second.revision());
    assertThat(late.etag()).isEqualTo(second.etag());
    assertThat(api.get("/v1/kv/version").body()).isEqualTo("2");
  }

  @Test
  void put_ifMatchList_matchesOne() {
    Answer first = api.put("/v1/kv/list", "1");
    String list = "\"nothing\", " + first.etag() + ",\"more\"";
    assertThat(api.put("/v1/kv/list", "2", "If-Match", list).status()).isEqualTo(200);
  }

  @Test
  void put_ifMatchWeak_neverMatches() {
    Answer first = api.put("/v1/kv/weak", "1");
    Answer put = api.put("/v1/kv/weak", "2", "If-Match", "W/" + first.etag());
    assertThat(put.status()).isEqualTo(412);
    assertThat(put.etag()).isEqualTo(first.etag());
    assertThat(put.json().get("detail").asString())
        .contains("weak tag", "never matches", "without W/");
  }

  @Test
  void forms_haveTagsOfTheirOwn_andAWriteTakesEither() {
    Answer put = api.put("/v1/kv/forms", "1");
    Answer entry = api.get("/v1/kv/forms", "Accept", "application/vnd.varve.entry+json");
    assertThat(entry.header("Content-Type")).isEqualTo("application/vnd.varve.entry+json");
    assertThat(entry.etag()).isNotEqualTo(put.etag());
    assertThat(api.get("/v1/kv/forms", "If-None-Match", entry.etag()).status()).isEqualTo(200);
    assertThat(api.get("/v1/kv/forms?form=entry", "If-None-Match", put.etag()).status())
        .isEqualTo(200);
    assertThat(api.get("/v1/kv/forms?form=entry", "If-None-Match", entry.etag()).status())
        .isEqualTo(304);
    assertThat(api.put("/v1/kv/forms", "2", "If-Match", entry.etag()).status()).isEqualTo(200);
  }

  @Test
  void put_tagOfAnotherStore_neverMatches() {
    Answer first = api.put("/v1/kv/store", "1");
    String other = "\"0123456789abcdef-" + first.revision() + "\"";
    assertFailed(api.put("/v1/kv/store", "2", "If-Match", other), "store", first.revision());
  }

  @Test
  void put_ifMatchOnAbsentKey_fails() {
    Answer put = api.put("/v1/kv/not-there", "1", "If-Match", "*");
    assertProblem(
        put,
        Problem.of(
            412,
            "PRECONDITION_FAILED",
            "Precondition failed",
            "Key not-there does not exist. Read it again and decide anew.",
            "/v1/kv/not-there"));
    assertThat(put.etag()).isEmpty();
  }

  @Test
  void delete_ifMatch_removesOnlyThatVersion() {
    Answer first = api.put("/v1/kv/del", "1");
    Answer second = api.put("/v1/kv/del", "2");
    assertFailed(api.delete("/v1/kv/del", "If-Match", first.etag()), "del", second.revision());
    assertThat(api.delete("/v1/kv/del", "If-Match", second.etag()).status()).isEqualTo(200);
  }

  @Test
  void get_ifNoneMatch_isNotModified() {
    Answer put = api.put("/v1/kv/cached", "1");
    for (String header :
        new String[] {put.etag(), "W/" + put.etag(), "*", "\"x\", " + put.etag()}) {
      Answer get = api.get("/v1/kv/cached", "If-None-Match", header);
      assertThat(get.status()).as(header).isEqualTo(304);
      assertThat(get.bytes()).isEmpty();
      assertThat(get.etag()).isEqualTo(put.etag());
      Api.assertStateHeaders(get);
    }
    assertThat(api.get("/v1/kv/cached", "If-None-Match", "\"x\"").status()).isEqualTo(200);
  }

  @Test
  void get_ifNoneMatchOfAbsentKey_isNotFound() {
    assertThat(api.get("/v1/kv/never", "If-None-Match", "*").status()).isEqualTo(404);
  }

  @Test
  void get_ifMatch_failsForAnotherVersion() {
    Answer first = api.put("/v1/kv/get-match", "1");
    Answer second = api.put("/v1/kv/get-match", "2");
    assertFailed(
        api.get("/v1/kv/get-match", "If-Match", first.etag()), "get-match", second.revision());
    assertThat(api.get("/v1/kv/get-match", "If-Match", second.etag()).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\"a", "\"a\" \"b\"", "*, \"a\"", "w/\"a\"", ","})
  void brokenHeader_isRefused(String header) {
    assertProblem(
        api.put("/v1/kv/any", "v", "If-Match", header),
        Problem.malformed(
            "If-Match", "This header must be * or a list of quoted tags.", "/v1/kv/any"));
  }

  private static void assertFailed(Answer answer, String key, long current) {
    assertProblem(
        answer,
        Problem.of(
                412,
                "PRECONDITION_FAILED",
                "Precondition failed",
                "Key " + key + " is at revision " + current + ". Read it again and decide anew.",
                "/v1/kv/" + key)
            .with("\"currentRevision\":" + current));
    assertThat(answer.etag()).isEqualTo("\"" + answer.storeId() + "-" + current + "\"");
    assertThat(answer.revision()).as("the snapshot it was judged at").isEqualTo(current);
  }
}
