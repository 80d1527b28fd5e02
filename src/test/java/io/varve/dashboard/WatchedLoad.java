package io.varve.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api;
import io.varve.web.Api.Answer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Work that touches whatever a dashboard shows, and keeps count of it. Each thread writes keys of
 * its own, so conflicts are those that it makes on purpose.
 */
final class WatchedLoad {
  private static final int KEYS = 50;
  private static final int VALUE_BYTES = 1_000;
  private static final String VALUE = "v".repeat(VALUE_BYTES);
  private static final int WRITES_A_ROUND = 10;

  private final Api api;

  /** Transactions that were committed, conflicted and given up, in all threads. */
  final AtomicLong committed = new AtomicLong();

  final AtomicLong conflicted = new AtomicLong();
  final AtomicLong aborted = new AtomicLong();

  /** Requests that put a value. */
  final AtomicLong puts = new AtomicLong();

  final AtomicLong flushes = new AtomicLong();
  final AtomicLong prunes = new AtomicLong();
  final AtomicLong checkpoints = new AtomicLong();

  WatchedLoad(Api api) {
    this.api = api;
  }

  /** The bytes of values that were put. */
  long bytesPut() {
    return puts.get() * VALUE_BYTES;
  }

  /** Puts, gets, scans and transactions of the thread that has this number. */
  void round(int thread, int number) {
    for (int i = 0; i < WRITES_A_ROUND; i++) {
      put(thread + "/" + (number * WRITES_A_ROUND + i) % KEYS);
      assertStatus(200, api.get("/v1/kv/load/" + thread + "/" + i));
    }
    assertStatus(200, api.get("/v1/entries?prefix=load/" + thread + "/&limit=1000"));
    assertStatus(412, api.put("/v1/kv/load/" + thread + "/0", VALUE, "If-None-Match", "*"));
    aborted.incrementAndGet();
    oneShot(thread);
    conflict(thread);
  }

  private void put(String key) {
    Answer answer = api.put("/v1/kv/load/" + key, VALUE);
    assertThat(answer.status()).isIn(200, 201);
    puts.incrementAndGet();
    committed.incrementAndGet();
  }

  private void oneShot(int thread) {
    assertStatus(
        200,
        api.txn(
            "{\"success\":[{\"put\":{\"key\":\"load/"
                + thread
                + "/one-shot\",\"value\":\"1\"}}]}"));
    committed.incrementAndGet();
  }

  /** Two transactions that read and write one key: the second to commit must be refused. */
  private void conflict(int thread) {
    String first = begin();
    String second = begin();
    for (String id : new String[] {first, second}) {
      String path = "/v1/transactions/" + id + "/kv/load/" + thread + "/counter";
      assertThat(api.get(path).status()).isIn(200, 404);
      assertStatus(202, api.put(path, "1"));
    }
    assertStatus(200, commit(first));
    committed.incrementAndGet();
    assertStatus(409, commit(second));
    conflicted.incrementAndGet();
  }

  /** Begins a transaction; its id. */
  String begin() {
    Answer answer = api.post("/v1/transactions", "{\"timeout\":\"PT5M\"}");
    assertStatus(201, answer);
    return answer.json().get("id").asString();
  }

  private Answer commit(String id) {
    return api.post("/v1/transactions/" + id + "/commit", "");
  }

  void flush() {
    assertStatus(200, api.post("/v1/admin/flush", ""));
    flushes.incrementAndGet();
  }

  void prune() {
    assertStatus(200, api.post("/v1/admin/prune", "{\"keepVersions\":1,\"keepAge\":\"PT0S\"}"));
    prunes.incrementAndGet();
  }

  void checkpoint() {
    assertStatus(201, api.post("/v1/admin/checkpoints", ""));
    checkpoints.incrementAndGet();
  }

  void hold() {
    assertStatus(201, api.post("/v1/admin/holds", "{\"ttl\":\"PT10M\"}"));
  }

  private static void assertStatus(int status, Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
  }
}
