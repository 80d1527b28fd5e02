package io.varve.web;

import static io.varve.web.Api.assertJson;
import static io.varve.web.Api.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** What commits did, for as long as the log tells. */
@VarveServer
@TestPropertySource(
    properties = {
      "varve.limits.page-entries=3",
      "varve.log.keep-age=0s",
      "varve.prune.keep-age=0s",
      "varve.prune.interval=1h"
    })
final class RevisionsIT {
  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  private String timeOf(Answer answer) {
    String time = answer.json().get("time").asString();
    assertThat(time).matches("2[0-9]{3}-.*Z");
    return time;
  }

  @Test
  void revision_tellsKeysAndNoValues() {
    long revision =
        api.txn(
                "{\"success\":[{\"put\":{\"key\":\"told\",\"value\":\"secret\"}},"
                    + "{\"put\":{\"key\":{\"base64\":\"/w==\"},\"value\":\"secret\"}}],"
                    + "\"label\":\"billing\"}")
            .revision();
    Answer answer = api.get("/v1/revisions/" + revision);
    assertThat(answer.body()).doesNotContain("secret");
    assertThat(answer.json().get("operations")).hasSize(2);
    assertThat(answer.json().get("label").asString()).isEqualTo("billing");
    assertThat(answer.body())
        .contains("{\"put\":{\"key\":\"told\"}}", "{\"put\":{\"key\":{\"base64\":\"/w==\"}}}");
    assertThat(answer.revision()).isEqualTo(revision);
    assertThat(api.get("/v1/history?key=told").json().get("versions").get(0).get("time"))
        .isEqualTo(answer.json().get("time"));
  }

  @Test
  void revision_ofASingleKey() {
    long put = api.put("/v1/kv/single", "v").revision();
    long delete = api.delete("/v1/kv/single").revision();
    Answer first = api.get("/v1/revisions/" + put);
    assertJson(
        first,
        200,
        "{\"revision\":"
            + put
            + ",\"time\":\""
            + timeOf(first)
            + "\",\"operations\":[{\"put\":{\"key\":\"single\"}}]}");
    Answer second = api.get("/v1/revisions/" + delete);
    assertJson(
        second,
        200,
        "{\"revision\":"
            + delete
            + ",\"time\":\""
            + timeOf(second)
            + "\",\"operations\":[{\"delete\":{\"key\":\"single\"}}]}");
  }

  @Test
  void revision_ofManyKeys_isCut() {
    StringBuilder puts = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      puts.append(i == 0 ? "" : ",")
          .append("{\"put\":{\"key\":\"many" + i + "\",\"value\":\"v\"}}");
    }
    long revision = api.txn("{\"success\":[" + puts + "]}").revision();
    Answer answer = api.get("/v1/revisions/" + revision);
    assertThat(answer.json().get("operations")).hasSize(3);
    assertThat(answer.body()).endsWith("],\"more\":true}");
  }

  @Test
  void revision_thatIsTrimmed_isGone() {
    long first = api.put("/v1/kv/trim", "1").revision();
    api.post("/v1/admin/flush", "");
    long second = api.put("/v1/kv/trim", "2").revision();
    api.post("/v1/admin/flush", "");
    api.post("/v1/admin/prune", "");
    assertThat(api.get("/v1/revisions/" + second).status()).isEqualTo(200);
    assertProblem(
        api.get("/v1/revisions/" + first),
        Problem.of(
                410,
                "REVISION_PRUNED",
                "Revision is pruned",
                "What revision "
                    + first
                    + " did is no longer on record; the oldest revision that is, is "
                    + second
                    + ".",
                "/v1/revisions/" + first)
            .with("\"requested\":" + first + ",\"oldestRevision\":" + second));
  }

  @Test
  void revision_zero_isNotFound() {
    assertProblem(
        api.get("/v1/revisions/0"),
        Problem.of(
                404,
                "NOT_FOUND",
                "No such resource",
                "No commit has revision 0: revisions rise from commit to commit, but some are left"
                    + " out.",
                "/v1/revisions/0")
            .with("\"requested\":0"));
  }

  @Test
  void revision_inTheFuture_isRefused() {
    long now = api.put("/v1/kv/future", "v").revision();
    String path = "/v1/revisions/" + (now + 1);
    assertProblem(
        api.get(path),
        Problem.of(
                400,
                "REVISION_IN_FUTURE",
                "Revision is in the future",
                "Revision " + (now + 1) + " does not exist yet; the newest is " + now + ".",
                path)
            .with("\"requested\":" + (now + 1) + ",\"current\":" + now));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/revisions/x | revision | This must be a decimal number, not that long.",
        "/v1/revisions/-1 | revision | This must be a decimal number, not that long.",
        "/v1/revisions/1e3 | revision | This must be a decimal number, not that long.",
        "/v1/revisions/9007199254740992 | revision | A revision is at most 2^53 - 1.",
        "/v1/revisions/1?limit=3 | limit | There is no such parameter here."
      })
  void revision_malformed(String path, String field, String detail) {
    assertProblem(api.get(path), Problem.malformed(field, detail, path.replaceFirst("\\?.*", "")));
  }
}
