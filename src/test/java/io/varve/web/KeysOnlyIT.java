package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Values that are left out count nowhere; twelve of 2 MiB are more than any answer may have. */
@VarveServer
final class KeysOnlyIT {
  private static final int KEYS = 12;

  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void fill() {
    api = new Api(port);
    String value = "v".repeat(2 << 20);
    for (int i = 0; i < KEYS; i++) {
      assertThat(api.put("/v1/kv/large/" + (10 + i), value).status()).isLessThan(300);
    }
  }

  private static String scans(String list, int count) {
    String scan = "{\"scan\":{\"prefix\":\"large/\",\"keysOnly\":true}}";
    return "{\"" + list + "\":[" + scan + ("," + scan).repeat(count - 1) + "]}";
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&reverse=true"})
  void page_isOne(String more) {
    Answer answer = api.get("/v1/entries?prefix=large/&keysOnly=true" + more);
    assertThat(answer.json().get("entries")).hasSize(KEYS);
    assertThat(answer.json().has("nextPageToken")).isFalse();
    assertThat(answer.body()).doesNotContain("value");
  }

  @Test
  void txn_hasAll() {
    Answer answer = api.txn(scans("success", KEYS));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    for (int i = 0; i < KEYS; i++) {
      assertThat(answer.json().get("results").get(i).get("scan").get("entries")).hasSize(KEYS);
      assertThat(answer.json().get("results").get(i).get("scan").has("more")).isFalse();
    }
  }

  @Test
  void transaction_hasAllWithItsOwn() {
    String transaction = api.post("/v1/transactions", "{}").header("Location");
    api.put(transaction + "/kv/large/own", "v".repeat(2 << 20));
    Answer page = api.get(transaction + "/entries?prefix=large/&keysOnly=true");
    assertThat(page.json().get("entries")).hasSize(KEYS + 1);
    assertThat(page.json().has("nextPageToken")).isFalse();
    Answer operations = api.post(transaction + "/operations", scans("operations", KEYS));
    assertThat(operations.status()).as(operations.body()).isEqualTo(200);
    assertThat(operations.json().get("results").get(KEYS - 1).get("scan").get("entries"))
        .hasSize(KEYS + 1);
    api.post(transaction + "/rollback", "");
  }

  @Test
  void emptyPrefix_isEveryKey() {
    Answer page = api.get("/v1/entries?prefix=&keysOnly=true");
    Answer scan =
        api.txn("{\"success\":[{\"scan\":{\"prefix\":\"\",\"start\":\"\",\"keysOnly\":true}}]}");
    assertThat(scan.json().get("results").get(0).get("scan").get("entries"))
        .isEqualTo(page.json().get("entries"));
    assertThat(page.json().get("entries")).isNotEmpty();
  }

  @Test
  void add_tellsItsSumAsText() {
    String add =
        "{\"success\":[{\"add\":{\"key\":\"sum/as-text\",\"deltaText\":\"9007199254740993\"}}]}";
    assertThat(api.txn(add).body())
        .contains("{\"add\":{\"value\":9007199254740993,\"text\":\"9007199254740993\"}}");
    for (String delta :
        new String[] {
          "\"delta\":1,\"deltaText\":\"1\"",
          "\"deltaText\":\"1.5\"",
          "\"deltaText\":\"+5\"",
          "\"deltaText\":\"\u0663\"",
          "\"deltaText\":\"9999999999999999999\"",
          "\"x\":1"
        }) {
      String bad = "{\"success\":[{\"add\":{\"key\":\"sum/as-text\"," + delta + "}}]}";
      assertThat(api.txn(bad).status()).as(delta).isEqualTo(400);
    }
    api.delete("/v1/kv/sum/as-text");
  }
}
