package io.varve.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.model.Durability;
import io.varve.model.Key;
import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.model.StoreException;
import io.varve.model.StoreId;
import io.varve.model.Value;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.storage.InMemoryStorageService;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.ReadPoint;
import io.varve.txn.StoreSessions;
import io.varve.txn.TestSessions;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests for {@link FlushJob}, {@link PruneJob} and {@link ExpireTransactionsJob}. */
final class StoreJobsTest {
  private static final Key KEY = Key.of("k");

  @TempDir private Path directory;
  private final AtomicLong nanoTime = new AtomicLong();
  private MvccStore store;
  private MvccTransactionManager transactions;

  @BeforeEach
  void open() throws IOException {
    Files.createDirectories(directory.resolve("leases"));
    store = open(directory, Durability.SYNC_ON_COMMIT);
    transactions = start(store);
  }

  private static MvccStore open(Path directory, Durability durability) {
    return MvccStore.open(
        InMemoryStorageService.create(),
        MvccSettings.defaults(directory).with(durability),
        InstantSource.system(),
        StoreId.of(1),
        MvccListener.NONE);
  }

  private MvccTransactionManager start(MvccStore opened) {
    return MvccTransactionManager.start(opened, TransactionSettings.DEFAULTS, nanoTime::get);
  }

  @AfterEach
  void close() {
    transactions.close();
  }

  private Revision put(String value) {
    return put(transactions, value);
  }

  private static Revision put(MvccTransactionManager transactions, String value) {
    return transactions
        .execute(
            TransactionOptions.DEFAULTS,
            view -> {
              view.put(KEY, Value.of(value));
              return true;
            })
        .revision();
  }

  @Test
  void flush_addsUp() {
    FlushJob job = new FlushJob(() -> store, 0);
    put("1");
    put("2");
    FlushStats first = job.runOnce();
    assertThat(first.versions()).isEqualTo(2);
    assertThat(first.keys()).isEqualTo(1);
    Revision last = put("3");
    job.runOnce();
    FlushStats all = job.stats();
    assertThat(all.runs()).isEqualTo(2);
    assertThat(all.commits()).isEqualTo(3);
    assertThat(all.versions()).isEqualTo(3);
    assertThat(all.bytes()).isGreaterThan(first.bytes());
    assertThat(all.lastRevision()).isEqualTo(last);
    assertThat(all.lastError()).isNull();
  }

  @Test
  void flush_failing_keepsTheError() {
    FlushJob job = new FlushJob(() -> store, 0);
    transactions.close();
    assertThatThrownBy(job::runOnce).isInstanceOf(StoreException.class);
    assertThat(job.stats().failures()).isEqualTo(1);
    assertThat(job.stats().lastError()).contains("SHUTTING_DOWN");
  }

  @Test
  void isDue_withLog_needsTheMinimum() {
    FlushJob patient = new FlushJob(() -> store, 1 << 20);
    FlushJob eager = new FlushJob(() -> store, 0);
    assertThat(eager.isDue()).as("nothing to flush").isFalse();
    put("1");
    assertThat(patient.isDue()).isFalse();
    assertThat(eager.isDue()).isTrue();
  }

  @Test
  void isDue_withoutLog_needsAnything() throws IOException {
    Files.createDirectory(directory.resolve("other"));
    MvccStore other = open(directory.resolve("other"), Durability.FLUSH_ONLY);
    try (MvccTransactionManager manager = start(other)) {
      FlushJob job = new FlushJob(() -> other, 1 << 20);
      assertThat(job.isDue()).isFalse();
      put(manager, "1");
      assertThat(job.isDue()).isTrue();
    }
  }

  @Test
  void prune_dryRun_countsOnly() {
    PruneJob job = new PruneJob(() -> store, Duration.ofSeconds(5));
    put("1");
    put("2");
    store.flush();
    Retention strict = new Retention(1, Duration.ZERO);
    assertThat(job.runOnce(strict, true).versions()).isEqualTo(1);
    assertThat(transactions.history(KEY, 10)).hasSize(2);
    assertThat(job.stats()).isEqualTo(PruneStats.NONE);

    assertThat(job.runOnce(strict, false).versions()).isEqualTo(1);
    assertThat(transactions.history(KEY, 10)).hasSize(1);
    assertThat(job.stats().versions()).isEqualTo(1);
    assertThat(job.runOnce().versions()).isZero();
    assertThat(job.stats().runs()).isEqualTo(2);
  }

  @Test
  void expire_endsTransactionsAndLeases() {
    try (StoreSessions sessions =
        TestSessions.open(
            InMemoryStorageService::create,
            MvccSettings.defaults(directory.resolve("leases")),
            MvccListener.NONE,
            nanoTime::get)) {
      ExpireTransactionsJob job = new ExpireTransactionsJob(sessions);
      try (var _ = sessions.transactions().begin(TransactionOptions.DEFAULTS)) {
        sessions.leases().renew(put(sessions.transactions(), "1"));
        nanoTime.addAndGet(Duration.ofSeconds(9).toNanos());
        sessions
            .registry()
            .begin("", TransactionOptions.DEFAULTS.with(Duration.ofSeconds(1)), ReadPoint.LATEST);
        assertThat(job.runOnce()).isZero();
        nanoTime.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(job.runOnce()).isEqualTo(3);
        assertThat(sessions.registry().openCount()).isZero();
      }
    }
  }
}
