package io.varve.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.web.VarveServer;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The client and the server together: single keys, ranges, the past, and one-shot transactions. */
@VarveServer
final class ClientIT {
  @LocalServerPort private int port;
  private VarveClient client = VarveClient.connect(URI.create("http://localhost"));

  @BeforeEach
  void connect() {
    client = VarveClient.connect(URI.create("http://127.0.0.1:" + port + "/"));
  }

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void key_isWrittenReadAndDeleted() {
    PutResult put = client.put("single/1", "Grüße");
    assertThat(put.created()).isTrue();
    VarveEntry entry = client.get("single/1").orElseThrow();
    assertThat(entry)
        .isEqualTo(
            new VarveEntry(
                VarveKey.of("single/1"), VarveValue.text("Grüße"), put.revision(), put.storeId()));
    assertThat(entry.etag()).isEqualTo(put.etag());
    assertThat(client.put("single/1", VarveValue.json("{}")).created()).isFalse();
    assertThat(client.get("single/1").orElseThrow().value()).isEqualTo(VarveValue.json("{}"));
    DeleteResult deleted = client.delete("single/1");
    assertThat(deleted.deleted()).isTrue();
    assertThat(client.get("single/1")).isEmpty();
    assertThat(client.delete("single/1").deleted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a//b", "/", "..", "x/../y", "a;b", "a b?c#d%", "\0", "ü/ö", "plain"})
  void anyText_isAKey(String text) {
    VarveKey key = VarveKey.of("any:" + text);
    client.put(key, VarveValue.text(text));
    assertThat(client.get(key).map(VarveEntry::text)).contains(text);
    VarveKey bare = VarveKey.of(text);
    client.put(bare, VarveValue.text(text));
    assertThat(client.get(bare).map(VarveEntry::text)).contains(text);
    assertThat(client.delete(bare).deleted()).isTrue();
  }

  @Test
  void anyBytes_areKeyAndValue() {
    VarveKey key = VarveKey.of(new byte[] {(byte) 0xFF, 0, (byte) 0x80});
    VarveValue value = VarveValue.of(new byte[] {0, (byte) 0xFE, 'a'});
    client.put(key, value);
    assertThat(client.get(key).orElseThrow().value()).isEqualTo(value);
    assertThat(client.scan(Scan.prefix(key)).map(VarveEntry::value)).containsExactly(value);
    assertThat(client.history(key, null).versions().getFirst().value()).contains(value);
    assertThat(client.put(key, VarveValue.of(new byte[0])).created()).isFalse();
    assertThat(client.get(key).orElseThrow().value().length()).isZero();
  }

  @Test
  void conditions_holdOrDoNot() {
    Conditional<PutResult> first = client.putIfAbsent("cond", "1");
    assertThat(first.applied()).isTrue();
    VarveEntry entry = client.get("cond").orElseThrow();
    assertThat(client.putIfAbsent("cond", "2"))
        .isEqualTo(new Conditional.Refused<PutResult>(entry.etag()));
    PutResult second = client.replace(entry, "2").toOptional().orElseThrow();
    assertThat(client.replace(entry, "3"))
        .isEqualTo(new Conditional.Refused<PutResult>(second.etag()));
    assertThat(client.deleteIf(entry).applied()).isFalse();
    VarveEntry scanned = client.scan(Scan.prefix("cond")).findFirst().orElseThrow();
    assertThat(client.deleteIf(scanned).applied()).isTrue();
    assertThat(client.deleteIf(scanned)).isEqualTo(new Conditional.Refused<DeleteResult>(null));
  }

  @Test
  void past_isRead() {
    long before = client.put("past/a", "1").revision();
    client.put("past/a", "2");
    client.put("past/b", "2");
    EntryReader past = client.at(before);
    assertThat(past.get("past/a").map(VarveEntry::text)).contains("1");
    assertThat(past.keys(Scan.prefix("past/"))).containsExactly(VarveKey.of("past/a"));
    assertThat(client.at(Instant.EPOCH).get("past/a")).isEmpty();
    assertThatThrownBy(() -> client.at(1_000_000_000_000L).get("past/a"))
        .isInstanceOf(VarveException.class)
        .hasMessageStartingWith("400 REVISION_IN_FUTURE: ");
  }

  @Test
  void range_isReadPageByPage() {
    List<VarveKey> keys =
        IntStream.range(100, 150).mapToObj(i -> VarveKey.of("page/" + i)).toList();
    keys.forEach(key -> client.put(key, VarveValue.text(key.text())));
    Scan scan = Scan.prefix("page/").pageSize(7);
    assertThat(client.keys(scan)).containsExactlyElementsOf(keys);
    assertThat(client.scan(scan.reversed()).map(VarveEntry::text))
        .containsExactlyElementsOf(keys.reversed().stream().map(VarveKey::text).toList());
    assertThat(client.keys(Scan.range("page/110", "page/113").pageSize(2)))
        .containsExactlyElementsOf(keys.subList(10, 13));
  }

  @Test
  void history_isNewestFirst() {
    long first = client.put("history", "1").revision();
    long second = client.delete("history").revision();
    KeyHistory history = client.history("history");
    assertThat(history.key()).isEqualTo(VarveKey.of("history"));
    assertThat(history.versions()).map(VarveVersion::revision).containsExactly(second, first);
    assertThat(history.versions()).map(VarveVersion::deleted).containsExactly(true, false);
    assertThat(client.history(VarveKey.of("history"), 1).more()).isTrue();
  }

  @Test
  void oneShot_doesOneOfTwoLists() {
    VarveEntry entry = written("shot/old", "0");
    OneShot transaction =
        OneShot.when(
                Condition.unchanged(entry),
                Condition.absent("shot/new"),
                Condition.value("shot/old", Comparison.LT, "1"),
                Condition.revision("shot/old", Comparison.GE, entry.revision()),
                Condition.exists("shot/old"))
            .then(
                Operation.put("shot/new", "1"),
                Operation.get("shot/new"),
                Operation.get("shot/none"),
                Operation.add("shot/n", 5),
                Operation.scan(Scan.prefix("shot/").pageSize(2)),
                Operation.delete("shot/old"))
            .otherwise(Operation.get("shot/new"))
            .labelled("billing");
    OneShotResult done = client.run(transaction);
    assertThat(done.succeeded()).isTrue();
    OperationResults results = done.results();
    assertThat(results.entry(1))
        .contains(
            new VarveEntry(
                VarveKey.of("shot/new"), VarveValue.text("1"), done.revision(), entry.storeId()));
    assertThat(results.entry(2)).isEmpty();
    assertThat(results.sum(3)).isEqualTo(5);
    assertThat(results.entries(4)).hasSize(2);
    assertThat(results.deleted(5)).isTrue();
    OneShotResult again = client.run(transaction);
    assertThat(again.succeeded()).isFalse();
    assertThat(again.results().entry(0).map(VarveEntry::text)).contains("1");
  }

  @Test
  void refusal_hasItsCode() {
    client.put("text", "no number");
    assertThatThrownBy(() -> client.run(OneShot.of(Operation.add("text", 1))))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo("NOT_A_NUMBER"))
        .hasMessageNotContaining("no number");
  }

  private VarveEntry written(String key, String text) {
    client.put(key, text);
    return client.get(key).orElseThrow();
  }
}
