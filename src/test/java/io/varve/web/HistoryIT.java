package io.varve.web;

import static io.varve.web.Api.assertJson;
import static io.varve.web.Api.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** The versions of a key. */
@VarveServer
final class HistoryIT {
  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  @Test
  void history_isNewestFirst() {
    long first = api.put("/v1/kv/told", "1", "Content-Type", "text/plain").revision();
    long second = api.delete("/v1/kv/told").revision();
    long third = api.put("/v1/kv/told", "3").revision();
    Answer history = api.get("/v1/history?key=told");
    JsonNode versions = history.json().get("versions");
    String[] times = new String[3];
    for (int i = 0; i < times.length; i++) {
      times[i] = versions.get(i).get("time").asString();
      assertThat(Instant.parse(times[i])).isAfter(Instant.EPOCH);
    }
    assertJson(
        history,
        200,
        "{\"key\":\"told\",\"versions\":["
            + "{\"revision\":"
            + third
            + ",\"value\":\"3\",\"deleted\":false,\"time\":\""
            + times[0]
            + "\"},{\"revision\":"
            + second
            + ",\"deleted\":true,\"time\":\""
            + times[1]
            + "\"},{\"revision\":"
            + first
            + ",\"value\":\"1\",\"contentType\":\"text/plain\",\"deleted\":false,\"time\":\""
            + times[2]
            + "\"}]}");
  }

  @Test
  void history_limit_saysThatThereIsMore() {
    api.put("/v1/kv/cut", "1");
    long second = api.put("/v1/kv/cut", "2").revision();
    Answer history = api.get("/v1/history?key=cut&limit=1");
    assertThat(history.json().get("versions")).hasSize(1);
    assertThat(history.json().get("versions").get(0).get("revision").asLong()).isEqualTo(second);
    assertThat(history.json().get("more").asBoolean()).isTrue();
    assertThat(api.get("/v1/history?key=cut&limit=2").json().get("more")).isNull();
  }

  @Test
  void history_ofUnknownKey_isEmpty() {
    assertJson(api.get("/v1/history?key=untold"), 200, "{\"key\":\"untold\",\"versions\":[]}");
  }

  @Test
  void history_base64Key() {
    api.send("PUT", "/v1/kv-b64/_w", "v");
    Answer history = api.get("/v1/history?encoding=base64url&key=_w");
    assertThat(history.body()).startsWith("{\"key\":{\"base64\":\"/w==\"},\"versions\":[{");
  }

  @Test
  void history_withoutKey_isRefused() {
    assertProblem(api.get("/v1/history"), Problem.malformed("key", "Name the key.", "/v1/history"));
  }

  @Test
  void history_longKey_isTooLarge() {
    assertProblem(
        api.get("/v1/history?key=" + "k".repeat(4097)),
        Problem.of(
                413,
                "KEY_TOO_LARGE",
                "Key is too large",
                "The key is 4097 bytes; the limit is 4096.",
                "/v1/history")
            .with("\"limit\":4096,\"actual\":4097"));
  }
}
