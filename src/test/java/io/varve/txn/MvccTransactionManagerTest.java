package io.varve.txn;

import static io.varve.txn.TransactionFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.HistoryEntry;
import io.varve.model.Key;
import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.model.StoreException;
import io.varve.model.StoreFailure;
import io.varve.model.StoreState;
import io.varve.model.Value;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.OverlayLimits;
import io.varve.storage.GatedStorageService;
import io.varve.storage.InMemoryStorageService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests for {@link MvccTransactionManager}, {@link CommitPipeline} and {@link LogWriter}. */
@Timeout(60)
final class MvccTransactionManagerTest {
  private static final Key A = Key.of("a");
  private static final TransactionLimits LIMITS =
      new TransactionLimits(16, 1_000, 1_000, 100_000, 1_000);

  @TempDir Path directory;
  private final InMemoryStorageService.State state = new InMemoryStorageService.State();
  private final GatedStorageService storage =
      new GatedStorageService(InMemoryStorageService.over(state));
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private TransactionFixture fixture;

  @BeforeEach
  void open() {
    open(
        TransactionFixture.settings(directory, Durability.SYNC_ON_COMMIT),
        TransactionFixture.SETTINGS.with(LIMITS));
  }

  private void open(MvccSettings settings, TransactionSettings transactions) {
    fixture = new TransactionFixture(storage, settings, transactions);
  }

  private void reopen(MvccSettings settings, TransactionSettings transactions) {
    fixture.close();
    fixture =
        new TransactionFixture(
            new GatedStorageService(InMemoryStorageService.over(state)), settings, transactions);
  }

  @AfterEach
  void close() {
    storage.open();
    threads.close();
    fixture.close();
  }

  // Group commit.

  @Test
  void commit_whatQueuedUpIsWrittenTogether() throws Exception {
    Future<Long> first = blockedCommit("k0");
    List<Future<Long>> others = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      String key = "k" + i;
      others.add(threads.submit(() -> fixture.put(key, "1")));
    }
    awaitOrdered(21);
    assertThat(fixture.manager.visible()).as("nothing is synced yet").isEqualTo(Revision.ZERO);
    storage.open();

    assertThat(first.get()).isEqualTo(1);
    for (Future<Long> other : others) {
      assertThat(other.get()).isBetween(2L, 21L);
    }
    assertThat(storage.groups()).containsExactly(1, 20);
    assertThat(fixture.manager.visible()).isEqualTo(new Revision(21));
    assertThat(fixture.manager.durable()).isEqualTo(new Revision(21));
  }

  @Test
  void commit_aGroupIsBounded() throws Exception {
    fixture.close();
    GatedStorageService bounded = new GatedStorageService(InMemoryStorageService.create());
    TransactionSettings base = TransactionFixture.SETTINGS;
    fixture =
        new TransactionFixture(
            bounded,
            TransactionFixture.settings(directory, Durability.SYNC_ON_COMMIT),
            new TransactionSettings(
                LIMITS,
                base.maxAttempts(),
                base.syncInterval(),
                base.stallTimeout(),
                base.commitTimeout(),
                new AdaptiveBatchSettings(2, 2, 2, 2, 1 << 20, 100, 0, 0, 2)));
    bounded.shut();
    List<Future<Long>> commits = new ArrayList<>();
    commits.add(threads.submit(() -> fixture.put("k0", "1")));
    bounded.awaitArrival();
    for (int i = 1; i <= 5; i++) {
      String key = "k" + i;
      commits.add(threads.submit(() -> fixture.put(key, "1")));
    }
    awaitOrdered(6);
    bounded.open();
    for (Future<Long> commit : commits) {
      commit.get();
    }

    assertThat(bounded.groups()).containsExactly(1, 2, 2, 1);
  }

  @Test
  void commit_manyThreadsWithoutAGate() throws Exception {
    List<Future<Long>> commits = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      String key = "k" + i % 50;
      commits.add(threads.submit(() -> fixture.put(key, "1")));
    }
    for (Future<Long> commit : commits) {
      commit.get();
    }

    assertThat(fixture.manager.visible()).isEqualTo(new Revision(500));
    assertThat(storage.groups().stream().mapToInt(Integer::intValue).sum()).isEqualTo(500);
  }

  @Test
  void commit_interruptedWhileItWaits() throws Exception {
    storage.shut();
    var flag = new AtomicBoolean();
    var waiter = new AtomicReference<Thread>();
    Future<Long> commit =
        threads.submit(
            () -> {
              waiter.set(Thread.currentThread());
              long revision = fixture.put("a", "1");
              flag.set(Thread.currentThread().isInterrupted());
              return revision;
            });
    storage.awaitArrival();
    waiter.get().interrupt();
    storage.open();

    assertThat(commit.get()).as("it must learn how the commit ended").isEqualTo(1);
    assertThat(flag).isTrue();
  }

  @Test
  void commit_notConfirmedInTime() throws Exception {
    GatedStorageService slow = new GatedStorageService(InMemoryStorageService.create());
    fixture.close();
    fixture =
        new TransactionFixture(
            slow,
            TransactionFixture.settings(
                Files.createTempDirectory(directory, "slow"), Durability.SYNC_ON_COMMIT),
            withCommitTimeout(Duration.ofMillis(20)));
    slow.shut();

    StoreException failure =
        StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> fixture.put("a", "1"));

    assertThat(failure.context()).containsEntry("outcome", "unknown");
    assertThat(fixture.get("a")).isNull();
    slow.open();
    await().until(() -> fixture.get("a") != null);
    assertThat(fixture.manager.status().state()).isEqualTo(StoreState.OPEN);
  }

  private static TransactionSettings withCommitTimeout(Duration timeout) {
    TransactionSettings base = TransactionFixture.SETTINGS;
    return new TransactionSettings(
        LIMITS,
        base.maxAttempts(),
        base.syncInterval(),
        base.stallTimeout(),
        timeout,
        base.batch());
  }

  // Failures of the log.

  @ParameterizedTest
  @EnumSource(names = {"SYNC_ON_COMMIT", "SYNC_ON_INTERVAL"})
  void commit_theLogFails(Durability durability) throws Exception {
    fixture.close();
    GatedStorageService failing = new GatedStorageService(InMemoryStorageService.over(state));
    fixture =
        new TransactionFixture(
            failing,
            TransactionFixture.settings(directory, durability),
            TransactionFixture.SETTINGS.with(LIMITS));
    fixture.put("a", "old");
    failing.shut();
    List<Future<Long>> commits = new ArrayList<>();
    commits.add(threads.submit(() -> fixture.put("a", "new")));
    failing.awaitArrival();
    for (int i = 1; i <= 3; i++) {
      String key = "k" + i;
      commits.add(threads.submit(() -> fixture.put(key, "1")));
    }
    awaitOrdered(5);
    var read = new CountDownLatch(1);
    Future<?> reader =
        threads.submit(
            () ->
                fixture.manager.execute(
                    TransactionOptions.DEFAULTS,
                    view -> {
                      assertThat(text(view.get(A))).isEqualTo("new");
                      read.countDown();
                      return true;
                    }));
    read.await();
    failing.fail();
    failing.open();

    for (Future<Long> commit : commits) {
      StoreException failure = failureOf(commit);
      assertThat(failure.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
      assertThat(failure.context()).containsEntry("outcome", "unknown");
      assertThat(failure).hasCauseInstanceOf(StoreException.class);
    }
    StoreException unconfirmed = failureOf(reader);
    assertThat(unconfirmed.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    assertThat(unconfirmed.context()).doesNotContainKey("outcome");

    assertThat(fixture.manager.status().state()).isEqualTo(StoreState.READ_ONLY);
    assertThat(fixture.manager.status().stateReason()).isNotBlank();
    assertThat(fixture.get("a")).isEqualTo("old");
    StoreException refused =
        StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> fixture.put("a", "later"));
    assertThat(refused.context()).as("nothing was tried").doesNotContainKey("outcome");
    Executed<String> result =
        fixture.manager.execute(
            TransactionOptions.DEFAULTS, view -> String.valueOf(text(view.get(A))));
    assertThat(result.result()).as("reads go on").isEqualTo("old");
    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, fixture.store::flush);
    assertThat(failing.groups()).containsExactly(1, 1);

    reopen(
        TransactionFixture.settings(directory, durability),
        TransactionFixture.SETTINGS.with(LIMITS));
    assertThat(fixture.get("a")).isEqualTo("old");
    assertThat(fixture.put("a", "next")).as("no revision twice").isGreaterThan(5);
  }

  @Test
  void syncLog_fails() {
    fixture.close();
    GatedStorageService failing = new GatedStorageService(InMemoryStorageService.over(state));
    TransactionSettings base = TransactionFixture.SETTINGS;
    fixture =
        new TransactionFixture(
            failing,
            TransactionFixture.settings(directory, Durability.SYNC_ON_INTERVAL),
            new TransactionSettings(
                LIMITS,
                base.maxAttempts(),
                Duration.ofMillis(1),
                base.stallTimeout(),
                base.commitTimeout(),
                base.batch()));
    failing.failSync();
    fixture.put("a", "1");

    await().until(() -> fixture.manager.status().state() == StoreState.READ_ONLY);

    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> fixture.put("a", "2"));
    assertThat(fixture.get("a")).isEqualTo("1");
    assertThat(fixture.manager.durable()).isEqualTo(Revision.ZERO);
  }

  @Test
  void syncLog_atTheInterval() {
    TransactionSettings base = TransactionFixture.SETTINGS;
    reopen(
        TransactionFixture.settings(directory, Durability.SYNC_ON_INTERVAL),
        new TransactionSettings(
            LIMITS,
            base.maxAttempts(),
            Duration.ofMillis(1),
            base.stallTimeout(),
            base.commitTimeout(),
            base.batch()));
    fixture.put("a", "1");

    await().until(() -> fixture.manager.durable().equals(new Revision(1)));
  }

  // Closures.

  @Test
  void execute_readsWhatIsOrderedAndNotVisible() throws Exception {
    Future<Long> writer = blockedCommit("a");
    var seen = new AtomicReference<String>();
    var ran = new CountDownLatch(1);
    Future<Executed<Boolean>> reader =
        threads.submit(
            () ->
                fixture.manager.execute(
                    TransactionOptions.DEFAULTS,
                    view -> {
                      seen.set(String.valueOf(text(view.get(A))));
                      ran.countDown();
                      return true;
                    }));
    ran.await();

    assertThat(seen).hasValue("1");
    assertThat(reader.isDone()).as("what it read may still be lost").isFalse();
    assertThat(fixture.get("a")).as("others do not see it").isNull();
    try (Transaction interactive = fixture.begin()) {
      assertThat(interactive.get(A)).isNull();
    }
    storage.open();
    assertThat(reader.get()).isEqualTo(new Executed<>(true, new Revision(1), false, 1));
    writer.get();
    assertThat(fixture.get("a")).isEqualTo("1");
  }

  @Test
  void execute_aClosureThatThrows() throws Exception {
    Future<Long> writer = blockedCommit("a");
    var ran = new CountDownLatch(1);
    Future<?> reader =
        threads.submit(
            () ->
                fixture.manager.execute(
                    TransactionOptions.DEFAULTS,
                    view -> {
                      String seen = text(view.get(A));
                      ran.countDown();
                      throw new IllegalStateException("saw " + seen);
                    }));
    ran.await();

    assertThat(reader.isDone()).as("its message tells what it read").isFalse();
    storage.open();
    writer.get();
    assertThatIllegalStateException()
        .isThrownBy(
            () -> {
              try {
                reader.get();
              } catch (ExecutionException e) {
                throw e.getCause();
              }
            })
        .withMessage("saw 1");
    assertThat(fixture.manager.activeTransactions()).isZero();
  }

  /** A counter that many raise does not wait for a sync each time. */
  @Test
  void execute_chainOfReadModifyWrites() throws Exception {
    Future<Long> first = blockedCommit("n");
    List<Future<Executed<Boolean>>> others = new ArrayList<>();
    for (int i = 2; i <= 10; i++) {
      others.add(threads.submit(() -> increment("n")));
      awaitOrdered(i);
    }
    storage.open();
    first.get();
    for (Future<Executed<Boolean>> other : others) {
      assertThat(other.get().attempts()).isEqualTo(1);
    }

    assertThat(fixture.get("n")).isEqualTo("10");
    assertThat(storage.groups()).containsExactly(1, 9);
  }

  @Test
  void execute_retriesAfterAConflict() {
    var runs = new AtomicInteger();
    Executed<String> executed =
        fixture.manager.execute(
            TransactionOptions.DEFAULTS,
            view -> {
              String seen = String.valueOf(text(view.get(A)));
              if (runs.incrementAndGet() <= 2) {
                fixture.put("a", "other " + runs);
              }
              view.put(A, Value.of("mine"));
              return seen;
            });

    assertThat(executed.attempts()).isEqualTo(3);
    assertThat(executed.result()).isEqualTo("other 2");
    assertThat(executed.revision()).isEqualTo(new Revision(3));
    assertThat(fixture.get("a")).isEqualTo("mine");
    assertThat(fixture.manager.activeTransactions()).isZero();
    assertThat(fixture.store.status().openSnapshots()).isZero();
  }

  @Test
  void execute_givesUp() {
    var runs = new AtomicInteger();

    StoreException failure =
        StoreFailure.expect(
            ErrorCode.TRANSACTION_CONFLICT,
            () ->
                fixture.manager.execute(
                    TransactionOptions.DEFAULTS,
                    view -> {
                      view.put(A, Value.of("mine"));
                      return fixture.put("a", "other " + runs.incrementAndGet());
                    }));

    assertThat(runs).hasValue(TransactionFixture.SETTINGS.maxAttempts());
    assertThat(failure.context()).containsEntry("attempts", 4);
    assertThat(failure.context().get("conflicts"))
        .isEqualTo(
            List.of(
                new Conflict(
                    A,
                    ConflictKind.WRITE_WRITE,
                    new Revision(3),
                    new Revision(4),
                    null,
                    "writer of a")));
    assertThat(fixture.get("a")).isEqualTo("other 4");
    assertThat(fixture.manager.activeTransactions()).isZero();
  }

  @Test
  void execute_rollsBackWhatThrows() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                fixture.manager.execute(
                    TransactionOptions.DEFAULTS,
                    view -> {
                      view.put(A, Value.of("1"));
                      throw new IllegalStateException("no");
                    }));

    assertThat(fixture.get("a")).isNull();
    assertThat(fixture.store.status().openSnapshots()).isZero();
  }

  /** Flushes that collapse raise the floor right under the feet of a closure that begins. */
  @Test
  void execute_whileFlushesRaiseTheFloor() throws Exception {
    reopen(
        TransactionFixture.settings(directory, Durability.FLUSH_ONLY)
            .with(new Retention(1, Duration.ZERO)),
        TransactionFixture.SETTINGS.with(LIMITS));
    int each = 3_000;
    var done = new AtomicInteger();
    List<Future<?>> workers = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      workers.add(
          threads.submit(
              () -> {
                try {
                  for (int i = 0; i < each; i++) {
                    incrementUntilItWorks("n");
                  }
                } finally {
                  done.incrementAndGet();
                }
              }));
    }
    while (done.get() < 2) {
      fixture.store.flush();
    }
    for (Future<?> worker : workers) {
      worker.get();
    }

    assertThat(fixture.get("n")).isEqualTo(Integer.toString(2 * each));
  }

  private void incrementUntilItWorks(String key) {
    while (true) {
      try {
        increment(key);
        return;
      } catch (StoreException e) {
        if (e.code() != ErrorCode.TRANSACTION_CONFLICT) {
          throw e;
        }
      }
    }
  }

  private Executed<Boolean> increment(String key) {
    return fixture.manager.execute(
        TransactionOptions.DEFAULTS,
        view -> {
          String old = text(view.get(Key.of(key)));
          int number = old == null ? 0 : Integer.parseInt(old);
          view.put(Key.of(key), Value.of(Integer.toString(number + 1)));
          return true;
        });
  }

  // Upkeep beside commits.

  @Test
  void flush_waitsForWhatIsNotVisible() throws Exception {
    Future<Long> writer = blockedCommit("a");
    Future<Revision> flush = threads.submit(() -> fixture.store.flush().flushed());
    await().until(() -> fixture.store.status().overlayVersions() == 1);
    assertThat(flush.isDone()).isFalse();
    storage.open();

    assertThat(flush.get()).isEqualTo(new Revision(1));
    writer.get();
    assertThat(fixture.get("a")).isEqualTo("1");
  }

  @Test
  void commit_overlayIsFull() {
    reopen(
        TransactionFixture.settings(directory, Durability.FLUSH_ONLY)
            .with(new OverlayLimits(300, 1_000, 400)),
        TransactionFixture.SETTINGS.with(LIMITS));
    fixture.put("a", "x".repeat(100));
    fixture.put("b", "x".repeat(100));

    StoreException failure =
        StoreFailure.expect(ErrorCode.WRITE_STALL, () -> fixture.put("c", "1"));

    assertThat(failure.context()).containsEntry("limit", 400L).containsKey("retryAfterMs");
    try (Transaction transaction = fixture.begin()) {
      transaction.put(A, Value.of("1"));
      StoreFailure.expect(ErrorCode.WRITE_STALL, transaction::commit);
      assertThat(transaction.state()).isEqualTo(TransactionState.ACTIVE);

      fixture.store.flush();
      assertThat(transaction.commit()).isEqualTo(new CommitResult.Committed(new Revision(3), true));
    }
    assertThat(fixture.put("c", "1")).isEqualTo(4);
  }

  @Test
  void bulkWriter_overWhateverIsThere() {
    fixture.put("k1", "old");
    try (Transaction open = fixture.begin()) {
      open.get(Key.of("k1"));
      open.put(A, Value.of("1"));
      AdaptiveBatchWriter writer = fixture.manager.bulkWriter(0, "load");
      for (int i = 0; i < 50; i++) {
        writer.put(Key.of("k" + i), Value.of("v" + i));
      }
      AdaptiveBatchReport report = writer.finish();

      assertThat(report.revision()).isEqualTo(new Revision(2));
      assertThat(report.entries()).isEqualTo(50);
      assertThat(open.commit())
          .isEqualTo(
              new CommitResult.Conflicted(
                  List.of(
                      new Conflict(
                          Key.of("k1"),
                          ConflictKind.READ_WRITE,
                          new Revision(1),
                          new Revision(2),
                          null,
                          "load"))));
    }
    assertThat(fixture.get("k49")).isEqualTo("v49");
  }

  @Test
  void history_newestFirst() {
    fixture.put("a", "1");
    fixture.delete("a");
    fixture.put("a", "3");

    assertThat(fixture.manager.history(A, 2))
        .extracting(HistoryEntry::revision)
        .containsExactly(new Revision(3), new Revision(2));
  }

  // The end.

  @Test
  void close_finishesWhatIsUnderWay() throws Exception {
    Future<Long> commit = blockedCommit("a");
    Future<?> closing = threads.submit(() -> fixture.manager.close());
    assertThat(closing.isDone()).isFalse();
    storage.open();

    assertThat(commit.get()).isEqualTo(1);
    closing.get();
    StoreFailure.expect(ErrorCode.SHUTTING_DOWN, fixture::begin);
    StoreFailure.expect(ErrorCode.SHUTTING_DOWN, () -> fixture.put("a", "2"));
    assertThat(fixture.manager.activeTransactions()).isZero();
    reopen(
        TransactionFixture.settings(directory, Durability.SYNC_ON_COMMIT),
        TransactionFixture.SETTINGS);
    assertThat(fixture.get("a")).isEqualTo("1");
  }

  @Test
  void close_transactionStillOpen() {
    Transaction open = fixture.begin();
    open.put(A, Value.of("1"));
    fixture.close();

    StoreFailure.expect(ErrorCode.SHUTTING_DOWN, open::commit);
    assertThat(open.state()).isEqualTo(TransactionState.ROLLED_BACK);
  }

  /** An interrupt must not leave the store open: its lock file would outlive the manager. */
  @Test
  void close_interrupted() throws Exception {
    Future<Long> commit = blockedCommit("a");
    var closer = new AtomicReference<Thread>();
    Future<?> closing =
        threads.submit(
            () -> {
              closer.set(Thread.currentThread());
              fixture.manager.close();
            });
    await().until(() -> closer.get() != null && closer.get().getState() == Thread.State.WAITING);
    closer.get().interrupt();
    storage.open();

    closing.get();
    assertThat(commit.get()).isEqualTo(1);
    StoreFailure.expect(ErrorCode.SHUTTING_DOWN, fixture.store::snapshot);
  }

  private Future<Long> blockedCommit(String key) throws InterruptedException {
    storage.shut();
    Future<Long> commit = threads.submit(() -> fixture.put(key, "1"));
    storage.awaitArrival();
    return commit;
  }

  private void awaitOrdered(long revision) {
    await().until(() -> fixture.store.commits().lastOrdered().value() == revision);
  }

  private static StoreException failureOf(Future<?> future) throws InterruptedException {
    try {
      future.get();
      throw new AssertionError("it did not fail");
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(StoreException.class);
      return (StoreException) e.getCause();
    }
  }
}
