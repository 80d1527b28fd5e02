package io.varve.web;

import static io.varve.web.Api.assertJson;
import static io.varve.web.Api.assertProblem;
import static io.varve.web.Api.assertStateHeaders;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.checkpoint.CheckpointSettings;
import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Checkpoints over HTTP. */
@VarveServer
final class CheckpointsIT {
  private static final String PATH = "/v1/admin/checkpoints";
  private static final String UNKNOWN = "20260101T000000Z-r7";

  private final CheckpointSettings settings;
  @LocalServerPort private int port;
  private Api api = new Api(0);

  @Autowired
  CheckpointsIT(CheckpointSettings settings) {
    this.settings = settings;
  }

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  @AfterEach
  void deleteAll() {
    for (JsonNode checkpoint : api.get(PATH).json().get("checkpoints")) {
      api.delete(PATH + "/" + checkpoint.get("id").asString());
    }
  }

  @Test
  void create_answersWithAllThereIsToKnow() {
    long revision = api.put("/v1/kv/checkpointed", "v").revision();
    Answer created = api.post(PATH, "");
    assertThat(created.status()).isEqualTo(201);
    assertStateHeaders(created);
    JsonNode made = created.json();
    String id = made.get("id").asString();
    assertThat(id).matches("[0-9]{8}T[0-9]{6}Z-r" + revision);
    assertThat(created.header("Location")).isEqualTo(PATH + "/" + id);
    assertThat(made.get("revision").asLong()).isEqualTo(revision);
    assertThat(made.get("bytes").asLong()).isPositive();
    assertThat(made.get("keys").asLong()).isPositive();
    assertThat(made.get("origin").asString()).isEqualTo("MANUAL");
    assertThat(made.get("storeId").asString()).isEqualTo(created.storeId());
    assertThat(made.get("varveVersion").asString()).isNotEmpty();

    assertJson(api.get(PATH + "/" + id), 200, created.body());
    assertJson(api.get(PATH), 200, "{\"checkpoints\":[" + created.body() + "]}");
  }

  @Test
  void verify_ofASoundOne() {
    JsonNode made = api.post(PATH, "").json();
    Answer verified = api.post(PATH + "/" + made.get("id").asString() + "/verify", "");
    JsonNode found = verified.json();
    assertJson(
        verified,
        200,
        "{\"id\":\""
            + made.get("id").asString()
            + "\",\"ok\":true,\"problems\":[],\"files\":"
            + found.get("files").asLong()
            + ",\"bytes\":"
            + found.get("bytes").asLong()
            + ",\"keys\":"
            + made.get("keys").asLong()
            + ",\"revision\":"
            + made.get("revision").asLong()
            + ",\"durationMs\":"
            + found.get("durationMs").asLong()
            + "}");
    assertThat(found.get("bytes").asLong()).isGreaterThan(made.get("bytes").asLong());
  }

  @Test
  void damagedOne_isSeenAndCanBeDeleted() throws Exception {
    String id = api.post(PATH, "").json().get("id").asString();
    Path manifest = settings.directory().resolve(id).resolve("manifest.json");
    Files.writeString(manifest, "rubbish");
    assertJson(api.get(PATH + "/" + id), 200, "{\"id\":\"" + id + "\"}");
    JsonNode found = api.post(PATH + "/" + id + "/verify", "").json();
    assertThat(found.get("ok").asBoolean()).isFalse();
    assertThat(found.get("problems").get(0).asString())
        .isEqualTo("File manifest.json was changed, or cannot be read.");
    assertThat(api.delete(PATH + "/" + id).status()).isEqualTo(204);
    assertThat(settings.directory().resolve(id)).doesNotExist();
  }

  @Test
  void delete_removesIt() {
    String id = api.post(PATH, "").json().get("id").asString();
    Answer deleted = api.delete(PATH + "/" + id);
    assertThat(deleted.status()).isEqualTo(204);
    assertThat(deleted.body()).isEmpty();
    assertStateHeaders(deleted);
    assertNotFound(api.delete(PATH + "/" + id), PATH + "/" + id);
    assertJson(api.get(PATH), 200, "{\"checkpoints\":[]}");
  }

  @ParameterizedTest
  @CsvSource({"GET, ''", "DELETE, ''", "POST, /verify"})
  void unknownOne_isNotFound(String method, String suffix) {
    for (String id : new String[] {UNKNOWN, "nonsense", "...", "CURRENT"}) {
      String path = PATH + "/" + id + suffix;
      assertNotFound(api.send(method, path, ""), path);
    }
  }

  private static void assertNotFound(Answer answer, String path) {
    assertProblem(
        answer,
        Problem.of(
            404,
            "CHECKPOINT_NOT_FOUND",
            "Checkpoint not found",
            "There is no checkpoint of this id. GET /v1/admin/checkpoints lists those there are.",
            path));
  }

  @Test
  void unknownParameter_isRefused() {
    assertThat(api.get(PATH + "?limit=1").status()).isEqualTo(400);
    assertThat(api.post(PATH + "?name=x", "").status()).isEqualTo(400);
  }
}
