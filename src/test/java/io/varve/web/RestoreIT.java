package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.web.Api.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** Restoring a checkpoint while the service runs. */
@VarveServer
@TestPropertySource(properties = "spring.application.name=varve-restore") // a store of its own
@Timeout(120)
final class RestoreIT {
  private static final String CHECKPOINTS = "/v1/admin/checkpoints";

  @LocalServerPort private int port;

  private Api api() {
    return new Api(port);
  }

  private String checkpoint() {
    Answer made = api().post(CHECKPOINTS, "");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.json().get("id").asString();
  }

  private String storeId() {
    return api().get("/v1/status").storeId();
  }

  private Answer restore(String id, String storeId) {
    return api()
        .send("POST", CHECKPOINTS + "/" + id + "/restore", "", "If-Match", '"' + storeId + '"');
  }

  private Answer at(String key, JsonNode version) {
    return api().get("/v1/kv/" + key + "?at=" + version.get("time").asString());
  }

  private static void expect(Answer refused, int status, String code) {
    assertThat(refused.status()).as(refused.body()).isEqualTo(status);
    assertThat(refused.json().get("code").asString()).isEqualTo(code);
  }

  /** A retry whose first answer was lost must not take back what was written since. */
  @Test
  void restore_sentAgain_doesNothing() {
    String id = checkpoint();
    String before = storeId();
    assertThat(restore(id, before).status()).isEqualTo(200);
    api().put("/v1/kv/restore/since", "acknowledged");

    Answer again = restore(id, before);
    expect(again, 412, "PRECONDITION_FAILED");
    assertThat(again.json().get("currentStoreId").asString()).isEqualTo(storeId());
    assertThat(again.etag()).isEqualTo('"' + storeId() + '"');
    expect(
        api().post(CHECKPOINTS + "/" + id + "/restore", "{\"storeId\":\"" + before + "\"}"),
        412,
        "PRECONDITION_FAILED");
    assertThat(api().get("/v1/kv/restore/since").body()).isEqualTo("acknowledged");
  }

  @Test
  void restore_thatNamesNoStore_isRefused() {
    String path = CHECKPOINTS + "/" + checkpoint() + "/restore";
    String open = storeId();
    for (String body : List.of("", "{}")) {
      expect(api().post(path, body), 428, "PRECONDITION_REQUIRED");
    }
    expect(api().send("POST", path, "", "If-Match", "*"), 428, "PRECONDITION_REQUIRED");
    expect(
        api().send("POST", path, "", "If-Match", "W/\"" + open + '"'), 412, "PRECONDITION_FAILED");
    expect(api().send("POST", path, "", "If-Match", open), 400, "MALFORMED_REQUEST");
    expect(api().post(path, "{\"storeId\":\"x\"}"), 400, "MALFORMED_REQUEST");
    assertThat(storeId()).isEqualTo(open);
    assertThat(api().post(path, "{\"storeId\":\"" + open + "\"}").status()).isEqualTo(200);
  }

  @Test
  void restore_bringsTheStateBack_andRefusesWhatWasOfTheOldStore() {
    Answer first = api().put("/v1/kv/restore/a", "1");
    for (int i = 0; i < 10; i++) {
      api().put("/v1/kv/restore/page/" + i, "x");
    }
    String id = checkpoint();
    Answer page = api().get("/v1/entries?prefix=restore/page/&limit=2");
    String token = page.json().get("nextPageToken").asString();
    Answer overwritten = api().put("/v1/kv/restore/a", "2");
    Answer added = api().put("/v1/kv/restore/added", "3");
    JsonNode times = api().get("/v1/history?key=restore/a").json().get("versions");
    String transaction = api().post("/v1/transactions", "{}").json().get("id").asString();

    Answer restored = restore(id, storeId());
    assertThat(restored.status()).as(restored.body()).isEqualTo(200);

    Answer back = api().get("/v1/kv/restore/a");
    assertThat(back.body()).isEqualTo("1");
    assertThat(back.storeId())
        .isEqualTo(restored.json().get("storeId").asString())
        .isNotEqualTo(first.storeId());
    assertThat(back.revision()).isEqualTo(restored.json().get("revision").asLong());
    assertThat(api().get("/v1/kv/restore/added").status()).isEqualTo(404);
    assertThat(api().get("/v1/history?key=restore/a").json().get("versions")).hasSize(1);

    assertThat(api().put("/v1/kv/restore/a", "9", "If-Match", first.etag()).status())
        .as("a tag of the old store")
        .isEqualTo(412);
    assertThat(api().get("/v1/entries?pageToken=" + token).json().get("code").asString())
        .isEqualTo("INVALID_PAGE_TOKEN");
    assertThat(
            api()
                .get("/v1/kv/restore/a?revision=" + overwritten.revision())
                .json()
                .get("code")
                .asString())
        .isEqualTo("REVISION_LOST");
    expect(at("restore/a", times.get(0)), 410, "REVISION_LOST"); // "2" was seen then
    assertThat(at("restore/a", times.get(1)).body()).isEqualTo("1");
    assertThat(api().get("/v1/kv/restore/a?at=2100-01-01T00:00:00Z").body()).isEqualTo("1");
    assertThat(api().get("/v1/transactions/" + transaction).status()).isEqualTo(404);
    Answer next = api().put("/v1/kv/restore/next", "4");
    assertThat(next.revision()).isGreaterThan(added.revision());
    assertThat(next.revision()).isGreaterThan(restored.json().get("ceiling").asLong());
    assertThat(api().get("/readyz").status()).isEqualTo(200);
  }

  /** Writers and readers hear success or a refusal that is worth another try, and nothing else. */
  @Test
  void restore_underLoad_refusesForAWhile() throws Exception {
    api().put("/v1/kv/load/fixed", "kept");
    String id = checkpoint();
    AtomicBoolean ended = new AtomicBoolean();
    ConcurrentLinkedQueue<Integer> seen = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String path = "/v1/kv/load/" + i;
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!ended.get()) {
                      seen.add(api().put(path, "x").status());
                      Answer read = api().get("/v1/kv/load/fixed");
                      seen.add(read.status());
                      assertThat(read.status() == 503 || read.body().equals("kept")).isTrue();
                    }
                  }));
    }
    await().until(() -> seen.size() > 100);
    Answer restored = restore(id, storeId());
    assertThat(restored.status()).as(restored.body()).isEqualTo(200);
    int before = seen.size();
    await().until(() -> seen.size() > before + 100);
    ended.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(seen).containsOnly(200, 201, 503);
    assertThat(api().get("/v1/kv/load/fixed").body()).isEqualTo("kept");
  }

  @Test
  void restore_ofAnUnknownOne_isRefused() {
    Answer refused = api().post(CHECKPOINTS + "/20200101T000000Z-r1/restore", "");
    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.json().get("code").asString()).isEqualTo("CHECKPOINT_NOT_FOUND");
  }
}
