package io.varve.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.varve.web.VarveServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The client and the server together: interactive transactions, batches and streams. */
@VarveServer
final class ClientTransactionsIT {
  private static final int THREADS = 4;
  private static final int ADDITIONS = 25;

  @LocalServerPort private int port;
  private VarveClient client = VarveClient.connect(URI.create("http://localhost"));

  @BeforeEach
  void connect() {
    client =
        VarveClient.builder(URI.create("http://127.0.0.1:" + port))
            .retry(
                new RetryPolicy(
                    100, Duration.ofMillis(5), Duration.ofMillis(200), Duration.ofSeconds(60)))
            .build();
  }

  @AfterEach
  void close() {
    client.close();
  }

  private static long number(EntryReader reader, String key) {
    return reader.get(key).map(entry -> Long.parseLong(entry.text())).orElse(0L);
  }

  @Test
  void transaction_seesItsOwnWrites_andOthersSeeThemOnceItCommits() {
    client.put("own/a", "1");
    try (ClientTransaction transaction =
        client.begin(TransactionOptions.DEFAULT.timeout(Duration.ofSeconds(20)).labelled("own"))) {
      transaction.put("own/b", "2");
      transaction.put("own/c;d", "3");
      transaction.delete("own/a");
      assertThat(transaction.get("own/a")).isEmpty();
      assertThat(transaction.get("own/b").map(VarveEntry::text)).contains("2");
      assertThat(transaction.keys(Scan.prefix("own/").pageSize(1)))
          .containsExactly(VarveKey.of("own/b"), VarveKey.of("own/c;d"));
      assertThat(client.get("own/b")).isEmpty();
      OperationResults results =
          transaction.run(
              Operation.add("own/n", 5),
              Operation.get("own/n"),
              Operation.delete("own/none"),
              Operation.scan(Scan.prefix("own/").pageSize(2)));
      assertThat(results.sum(0)).isEqualTo(5);
      assertThat(results.entry(1).map(VarveEntry::text)).contains("5");
      assertThat(results.deleted(2)).isFalse();
      assertThat(results.entries(3)).hasSize(2);
      assertThat(transaction.status().state()).isEqualTo(TransactionState.ACTIVE);
      CommitOutcome outcome = transaction.commit();
      assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
      assertThat(transaction.status().state()).isEqualTo(TransactionState.COMMITTED);
    }
    assertThat(client.keys(Scan.prefix("own/")))
        .containsExactly(VarveKey.of("own/b"), VarveKey.of("own/c;d"), VarveKey.of("own/n"));
  }

  @Test
  void closedTransaction_leavesNothing() {
    try (ClientTransaction transaction = client.begin()) {
      transaction.put("closed", "1");
    }
    assertThat(client.get("closed")).isEmpty();
  }

  @Test
  void readOnlyTransaction_readsThePast() {
    long before = client.put("old", "1").revision();
    client.put("old", "2");
    try (ClientTransaction transaction = client.begin(TransactionOptions.readingAt(before))) {
      assertThat(transaction.snapshotRevision()).isEqualTo(before);
      assertThat(number(transaction, "old")).isEqualTo(1);
    }
  }

  @Test
  void conflict_isAnOutcome() {
    client.put("conflict", "1");
    try (ClientTransaction transaction = client.begin()) {
      transaction.put("conflict", transaction.get("conflict").orElseThrow().text() + "2");
      long winner = client.put("conflict", "3").revision();
      assertThat(transaction.commit())
          .isInstanceOfSatisfying(
              CommitOutcome.Conflicted.class,
              outcome -> {
                Conflict conflict = outcome.conflicts().getFirst();
                assertThat(conflict.key()).isEqualTo(VarveKey.of("conflict"));
                assertThat(conflict.conflictRevision()).isEqualTo(winner);
              });
      assertThat(transaction.status().state()).isEqualTo(TransactionState.CONFLICTED);
    }
    assertThat(client.get("conflict").map(VarveEntry::text)).contains("3");
  }

  @Test
  void transact_losesNoAddition() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> adders = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        adders.add(threads.submit(() -> IntStream.range(0, ADDITIONS).forEach(_ -> addOne(runs))));
      }
      for (Future<?> adder : adders) {
        adder.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(number(client, "counter")).isEqualTo(THREADS * ADDITIONS);
    assertThat(runs.get()).isGreaterThanOrEqualTo(THREADS * ADDITIONS);
  }

  private void addOne(AtomicInteger runs) {
    long _ =
        client.transact(
            transaction -> {
              runs.incrementAndGet();
              long sum = number(transaction, "counter") + 1;
              transaction.put("counter", Long.toString(sum));
              return sum;
            });
  }

  @Test
  void transact_thatThrows_leavesNothing() {
    TransactionWork<Void, IllegalStateException> work =
        transaction -> {
          transaction.put("thrown", "1");
          throw new IllegalStateException("of the work");
        };
    assertThatThrownBy(() -> client.transact(work)).hasMessage("of the work");
    assertThat(client.get("thrown")).isEmpty();
  }

  @Test
  void batch_isAtomic() {
    client.put("client-batch/b", "1");
    BatchResult batch =
        client.batch(
            Operation.put("client-batch/a", VarveValue.of(new byte[] {(byte) 0xFF})),
            Operation.delete("client-batch/b"),
            Operation.delete("client-batch/none"));
    assertThat(batch.operations()).isEqualTo(3);
    assertThat(client.scan(Scan.prefix("client-batch/")))
        .extracting(VarveEntry::revision)
        .containsExactly(batch.revision());
  }

  @Test
  void bulkLoad_andScanAll_streamManyEntries() {
    int count = 30_000;
    List<BulkChunk> chunks = new ArrayList<>();
    Stream<Operation.Write> writes =
        IntStream.range(0, count).mapToObj(i -> Operation.put("bulk/" + (100_000 + i), "v" + i));
    BulkResult result = client.bulkLoad(writes, chunks::add);
    assertThat(result.operations()).isEqualTo(count);
    assertThat(chunks).hasSize((int) result.chunks());
    assertThat(chunks.getLast().operationsSoFar()).isEqualTo(count);
    assertThat(chunks.getLast().revision()).isEqualTo(result.revision());
    try (Stream<VarveEntry> entries = client.scanAll(Scan.prefix("bulk/"))) {
      assertThat(entries.count()).isEqualTo(count);
    }
    try (Stream<VarveEntry> entries = client.scanAll(Scan.prefix("bulk/"))) {
      VarveEntry first = entries.findFirst().orElseThrow();
      assertThat(first.text()).isEqualTo("v0");
      assertThat(first.value()).isEqualTo(VarveValue.text("v0"));
    }
  }

  @Test
  void bulkLoad_inSeveralRequests_isOneLoad() {
    Stream<Operation.Write> writes =
        IntStream.range(0, 1_000).mapToObj(i -> Operation.put("parts/" + i, "v"));
    BulkResult result =
        client.bulkLoad(writes, _ -> {}, new BulkLoader.PartLimits(300, Long.MAX_VALUE));
    assertThat(result.operations()).isEqualTo(1_000);
    assertThat(client.keys(Scan.prefix("parts/")).count()).isEqualTo(1_000);
  }

  @Test
  void bulkLoad_withABadLine_saysWhatIsThere() {
    VarveValue tooLarge = VarveValue.text("x".repeat(9 << 20));
    Stream<Operation.Write> writes =
        Stream.of(
            Operation.put("bad/1", "v"),
            Operation.put("bad/2", "v"),
            Operation.put("bad/3", tooLarge));
    BulkLoadException failure =
        catchThrowableOfType(BulkLoadException.class, () -> client.bulkLoad(writes));
    assertThat(client.keys(Scan.prefix("bad/")).count()).isEqualTo(failure.committedOperations());
    assertThat(failure.line()).hasValue(3);
  }
}
