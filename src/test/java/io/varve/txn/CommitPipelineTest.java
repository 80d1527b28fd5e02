package io.varve.txn;

import static io.varve.txn.ControlledManager.SERIALIZABLE;
import static io.varve.txn.ControlledManager.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.model.Revision;
import io.varve.model.StoreException;
import io.varve.model.StoreState;
import io.varve.model.Value;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.OverlayLimits;
import io.varve.storage.InMemoryStorageService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests for {@link CommitPipeline} and its {@link LogWriter}. The storage holds the first write of
 * the log up until others have queued, so that what happens meanwhile is certain.
 */
@Timeout(60)
final class CommitPipelineTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration MOMENT = Duration.ofMillis(20);
  private static final int CLIENTS = 8;

  @TempDir Path directory;
  private final InMemoryStorageService.State state = new InMemoryStorageService.State();

  @SuppressWarnings("NullAway.Init") // by start, the first thing in each test
  private ControlledManager manager;

  private ControlledManager start(Durability durability) {
    manager = ControlledManager.in(directory, state).with(durability).start();
    return manager;
  }

  private ControlledManager start(ControlledManager.Builder builder) {
    manager = builder.start();
    return manager;
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Runs on a thread of its own. */
  private static <T> FutureTask<T> run(Callable<T> work) {
    return runOn(Thread.ofVirtual(), work);
  }

  private static <T> FutureTask<T> runOn(Thread.Builder thread, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    thread.start(task);
    return task;
  }

  /** Commits a blind put by a transaction of its own. */
  private FutureTask<CommitResult> commit(String key, String value) {
    return run(() -> commitHere(key, value));
  }

  private CommitResult commitHere(String key, String value) {
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      transaction.put(Key.of(key), Value.of(value));
      return transaction.commit();
    }
  }

  private static CommitResult committed(long revision) {
    return new CommitResult.Committed(new Revision(revision), true);
  }

  private static StoreException failure(Future<?> task) throws InterruptedException {
    try {
      Object result = task.get();
      throw new AssertionError("did not fail but returned " + result);
    } catch (ExecutionException e) {
      return (StoreException) Objects.requireNonNull(e.getCause());
    }
  }

  private static void assertUnknown(StoreException e) {
    assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    assertThat(e.context()).containsExactly(entry("outcome", "unknown"));
    assertThat(e)
        .hasMessage(
            "The write could not be confirmed: it may or may not be stored."
                + " Read before you retry.");
  }

  private static void assertRefused(ErrorCode code, ThrowingCallable call) {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(call)
        .returns(code, StoreException::code);
  }

  private void assertReadOnly(String reason) {
    assertThat(manager.store.status().state()).isEqualTo(StoreState.READ_ONLY);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> commitHere("later", "1"))
        .returns(ErrorCode.STORE_UNAVAILABLE, StoreException::code)
        .withMessage("The store is read-only. " + reason)
        .satisfies(e -> assertThat(e.context()).isEmpty());
  }

  // In all three durabilities.

  @ParameterizedTest
  @EnumSource
  void commit_isVisibleWhenItReturns(Durability durability) {
    start(durability);

    for (int i = 1; i <= 5; i++) {
      assertThat(commitHere("a", "v" + i)).isEqualTo(committed(i));
      assertThat(manager.transactions.visible()).isEqualTo(new Revision(i));
      assertThat(manager.value("a")).isEqualTo("v" + i);
    }
    assertThat(manager.transactions.durable())
        .isEqualTo(new Revision(durability == Durability.SYNC_ON_COMMIT ? 5 : 0));
    assertThat(manager.storage.logged()).hasSize(durability.usesLog() ? 5 : 0);
  }

  @ParameterizedTest
  @EnumSource
  void commit_survivesACleanStop(Durability durability) {
    start(durability);
    commitHere("a", "1");
    commitHere("b", "2");

    manager.close();
    state.loseUnsynced();
    start(durability);

    assertThat(manager.value("a")).isEqualTo("1");
    assertThat(manager.value("b")).isEqualTo("2");
    assertThat(commitHere("a", "3")).isEqualTo(committed(3));
  }

  @ParameterizedTest
  @EnumSource
  void commit_byManyToOneKey(Durability durability) throws Exception {
    start(durability);
    List<FutureTask<CommitResult>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          run(
              () ->
                  new CommitResult.Committed(
                      manager.commit(
                          view -> {
                            String before = get(view, "n");
                            int n = before == null ? 0 : Integer.parseInt(before);
                            view.put(Key.of("n"), Value.of(Integer.toString(n + 1)));
                          }),
                      true)));
    }

    long done = 0;
    for (FutureTask<CommitResult> client : clients) {
      done += succeeded(client) ? 1 : 0;
    }
    assertThat(manager.value("n")).isEqualTo(Long.toString(done));
    assertThat(manager.transactions.activeTransactions()).isZero();
  }

  /** Whether it committed; the only failure there may be is that it met others too often. */
  private static boolean succeeded(Future<?> task) throws InterruptedException {
    try {
      task.get();
      return true;
    } catch (ExecutionException e) {
      assertThat(e.getCause())
          .isInstanceOfSatisfying(
              StoreException.class,
              conflict -> assertThat(conflict.code()).isEqualTo(ErrorCode.TRANSACTION_CONFLICT));
      return false;
    }
  }

  @Test
  void commit_syncsAtTheInterval() {
    TransactionSettings often = ControlledManager.settings(MINUTE, MINUTE, Duration.ofMillis(1));
    start(ControlledManager.in(directory).with(Durability.SYNC_ON_INTERVAL).with(often));

    commitHere("a", "1");

    await().until(() -> manager.transactions.durable().equals(new Revision(1)));
  }

  // Who writes the log.

  /** The thread that commits, without a hand-over, where a write needs no sync. */
  @Test
  void commit_byAPlatformThreadWritesItself() throws Exception {
    start(Durability.SYNC_ON_INTERVAL);

    commitHere("a", "1");
    assertThat(manager.storage.lastLogWriter()).isSameAs(Thread.currentThread());

    commit("b", "2").get();
    assertThat(manager.storage.lastLogWriter())
        .as("a write that stalls must not hold the carrier of a virtual thread")
        .extracting(Thread::getName)
        .isEqualTo("varve-log-writer");
  }

  @Test
  void commit_thatSyncsIsWrittenByTheLogWriter() {
    start(Durability.SYNC_ON_COMMIT);

    commitHere("a", "1");

    assertThat(manager.storage.lastLogWriter())
        .extracting(Thread::getName)
        .isEqualTo("varve-log-writer");
  }

  /** What queues behind a thread that writes for itself is written when that one is done. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void commit_behindAThreadThatWrites(boolean virtual) throws Exception {
    start(Durability.SYNC_ON_INTERVAL);
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    List<FutureTask<CommitResult>> commits = new ArrayList<>();
    commits.add(runOn(Thread.ofPlatform(), () -> commitHere("first", "v")));
    hold.awaitEntered();
    for (int i = 0; i < CLIENTS; i++) {
      String key = "k" + i;
      Thread.Builder thread = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
      commits.add(runOn(thread, () -> commitHere(key, "v")));
    }
    manager.awaitOrdered(1 + CLIENTS);

    hold.release();

    for (FutureTask<CommitResult> commit : commits) {
      assertThat(commit.get()).isInstanceOf(CommitResult.Committed.class);
    }
    assertThat(manager.transactions.visible()).isEqualTo(new Revision(1 + CLIENTS));
  }

  /** Nobody is forgotten, whoever writes, watches or sleeps. */
  @Test
  void commit_byThreadsOfBothKinds() throws Exception {
    start(Durability.SYNC_ON_INTERVAL);
    int each = 500;
    List<FutureTask<Integer>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      String key = "k" + i;
      Thread.Builder thread = i % 3 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
      clients.add(
          runOn(
              thread,
              () -> {
                for (int n = 1; n <= each; n++) {
                  commitHere(key, Integer.toString(n));
                  assertThat(manager.value(key)).isEqualTo(Integer.toString(n));
                }
                return each;
              }));
    }

    for (FutureTask<Integer> client : clients) {
      assertThat(client.get()).isEqualTo(each);
    }
    long commits = (long) each * CLIENTS;
    assertThat(manager.transactions.visible()).isEqualTo(new Revision(commits));
    assertThat(manager.storage.logged().stream().flatMap(List::stream))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, commits).boxed().toList());
  }

  // Group commit.

  @Test
  void group_isEverythingThatQueued() throws Exception {
    start(Durability.SYNC_ON_COMMIT);
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    List<FutureTask<CommitResult>> commits = new ArrayList<>();
    commits.add(commit("k0", "v"));
    hold.awaitEntered();
    for (int i = 1; i <= CLIENTS; i++) {
      commits.add(commit("k" + i, "v"));
    }
    manager.awaitOrdered(1 + CLIENTS);

    assertThat(commits).noneMatch(Future::isDone);
    assertThat(manager.transactions.visible()).isEqualTo(Revision.ZERO);
    assertThat(manager.value("k0")).isNull();

    hold.release();
    for (FutureTask<CommitResult> commit : commits) {
      assertThat(commit.get()).isInstanceOf(CommitResult.Committed.class);
    }
    assertThat(manager.storage.logged())
        .containsExactly(List.of(1L), LongStream.rangeClosed(2, 1 + CLIENTS).boxed().toList());
    assertThat(manager.transactions.visible()).isEqualTo(new Revision(1 + CLIENTS));
  }

  @Test
  void group_endsAtItsBound() throws Exception {
    startWithSmallGroups();
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    FutureTask<CommitResult> first = commit("k", "v");
    hold.awaitEntered();
    List<FutureTask<CommitResult>> commits = new ArrayList<>(List.of(first));
    for (int i = 2; i <= 4; i++) {
      commits.add(commit("k" + i, "v"));
      manager.awaitOrdered(i);
    }
    commits.add(commit("k5", "v".repeat(1_000))); // as many bytes as a group may have
    manager.awaitOrdered(5);
    commits.add(commit("k6", "v"));
    manager.awaitOrdered(6);

    hold.release();
    for (FutureTask<CommitResult> commit : commits) {
      commit.get();
    }
    assertThat(manager.storage.logged())
        .containsExactly(List.of(1L), List.of(2L, 3L), List.of(4L, 5L), List.of(6L));
  }

  @Test
  void group_countsTheBytesOfOutcomes() throws Exception {
    startWithSmallGroups();
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    List<FutureTask<?>> commits = new ArrayList<>(List.of(commit("k", "v")));
    hold.awaitEntered();
    for (int i = 2; i <= 4; i++) {
      OutcomeId id = OutcomeId.of("test", Integer.toString(i));
      OutcomeRecord large = OutcomeRecord.of(id, MINUTE, new byte[900]);
      commits.add(
          run(() -> manager.transactions.execute(SERIALIZABLE, _ -> "", _ -> List.of(large))));
      manager.awaitOrdered(i);
    }

    hold.release();
    for (FutureTask<?> commit : commits) {
      commit.get();
    }
    assertThat(manager.storage.logged())
        .containsExactly(List.of(1L), List.of(2L), List.of(3L), List.of(4L));
  }

  /** Two operations, or 1 000 bytes. */
  private void startWithSmallGroups() {
    var pairs = new AdaptiveBatchSettings(2, 2, 2, 2, 1_000, 0.08, 0.15, 0.30, 2);
    TransactionSettings defaults = ControlledManager.settings();
    start(
        ControlledManager.in(directory)
            .with(
                new TransactionSettings(
                    defaults.limits(),
                    defaults.maxAttempts(),
                    defaults.syncInterval(),
                    defaults.stallTimeout(),
                    defaults.commitTimeout(),
                    pairs)));
  }

  @Test
  void group_twoBlindCommitsToOneKey() throws Exception {
    start(Durability.SYNC_ON_COMMIT);
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    FutureTask<CommitResult> other = commit("other", "v");
    hold.awaitEntered();

    AdaptiveBatchWriter blind = manager.transactions.bulkWriter(0, null);
    FutureTask<AdaptiveBatchReport> first =
        run(
            () -> {
              blind.put(Key.of("k"), Value.of("first"));
              return blind.finish();
            });
    manager.awaitOrdered(2);
    AdaptiveBatchWriter again = manager.transactions.bulkWriter(0, null);
    FutureTask<AdaptiveBatchReport> second =
        run(
            () -> {
              again.put(Key.of("k"), Value.of("second"));
              return again.finish();
            });
    manager.awaitOrdered(3);
    hold.release();

    assertThat(other.get()).isEqualTo(committed(1));
    assertThat(first.get().revision()).isEqualTo(new Revision(2));
    assertThat(second.get().revision()).isEqualTo(new Revision(3));
    assertThat(manager.storage.logged()).containsExactly(List.of(1L), List.of(2L, 3L));
    assertThat(manager.value("k")).isEqualTo("second");

    manager.close();
    start(Durability.SYNC_ON_COMMIT);
    assertThat(manager.value("k")).isEqualTo("second");
  }

  @Test
  void group_secondThatBeganBeforeTheFirstIsRefused() throws Exception {
    start(Durability.SYNC_ON_COMMIT);
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    try (Transaction second = manager.begin(SERIALIZABLE)) {
      second.put(Key.of("k"), Value.of("second"));
      FutureTask<CommitResult> first = commit("k", "first");
      hold.awaitEntered();

      // The first is neither logged nor visible, and yet it counts.
      assertThat(second.commit())
          .isEqualTo(
              new CommitResult.Conflicted(
                  List.of(
                      new Conflict(
                          Key.of("k"),
                          ConflictKind.WRITE_WRITE,
                          Revision.ZERO,
                          new Revision(1),
                          null,
                          null))));
      hold.release();
      assertThat(first.get()).isEqualTo(committed(1));
    }
    assertThat(manager.value("k")).isEqualTo("first");
  }

  @Test
  void commit_checksWhatCameBetweenItsFirstCheckAndTheLock() throws Exception {
    start(Durability.FLUSH_ONLY);
    try (Transaction second = manager.begin(SERIALIZABLE)) {
      second.get(Key.of("k"));
      second.put(Key.of("other"), Value.of("second"));
      FutureTask<CommitResult> commit = new FutureTask<>(second::commit);
      manager.store.commits().lock().lock();
      try {
        Thread thread = Thread.ofPlatform().start(commit);
        await().until(() -> manager.store.commits().lock().hasQueuedThread(thread));
        assertThat(commitHere("k", "first")).isEqualTo(committed(1));
      } finally {
        manager.store.commits().lock().unlock();
      }

      assertThat(commit.get())
          .isInstanceOfSatisfying(
              CommitResult.Conflicted.class,
              result ->
                  assertThat(result.conflicts())
                      .extracting(Conflict::conflictRevision)
                      .containsExactly(new Revision(1)));
    }
    assertThat(manager.value("other")).isNull();
  }

  // Failures of the log.

  @ParameterizedTest
  @EnumSource(names = {"SYNC_ON_COMMIT", "SYNC_ON_INTERVAL"})
  void write_failing(Durability durability) throws Exception {
    start(durability);
    commitHere("k0", "before");
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    List<FutureTask<CommitResult>> commits = new ArrayList<>();
    commits.add(commit("k0", "lost"));
    hold.awaitEntered();
    for (int i = 1; i <= CLIENTS; i++) {
      commits.add(commit("k" + i, "lost"));
    }
    manager.awaitOrdered(2 + CLIENTS);
    manager.storage.failLogWrites();
    hold.release();

    for (FutureTask<CommitResult> commit : commits) {
      StoreException failure = failure(commit);
      assertUnknown(failure);
      assertThat(failure).hasRootCauseInstanceOf(StoreException.class);
    }
    manager.storage.heal();
    assertReadOnly("Writing the log failed.");
    assertThat(manager.value("k0")).isEqualTo("before");
    assertThat(manager.value("k1")).isNull();
    assertThat(manager.transactions.visible()).isEqualTo(new Revision(1));
    try (Transaction reader = manager.begin(SERIALIZABLE)) {
      assertThat(get(reader, "k0")).isEqualTo("before");
      assertThat(get(reader, "k1")).isNull();
    }
    assertThat(manager.storage.logged()).hasSize(1);
    assertThat(manager.transactions.activeTransactions()).isZero();

    manager.close();
    start(durability);
    assertThat(manager.value("k0")).isEqualTo("before");
    assertThat(commitHere("k1", "after")).isInstanceOf(CommitResult.Committed.class);
  }

  /** Those who wait park without a limit: they must hear of it whatever a listener does. */
  @Test
  void write_failing_listenerFailsToo() throws Exception {
    var failing =
        new MvccListener() {
          @Override
          public void becameReadOnly(String reason, Throwable cause) {
            throw new IllegalStateException("a listener's own failure");
          }
        };
    start(ControlledManager.in(directory).with(Durability.SYNC_ON_COMMIT).with(failing));
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    FutureTask<CommitResult> first = commit("a", "1");
    hold.awaitEntered();
    FutureTask<CommitResult> second = commit("b", "2");
    manager.awaitOrdered(2);
    manager.storage.failLogWrites();

    hold.release();

    for (FutureTask<CommitResult> commit : List.of(first, second)) {
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(commit::get)
          .havingCause()
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
    }
  }

  @Test
  void write_failing_executeGoesOnReadingTheVisible() throws Exception {
    start(Durability.SYNC_ON_COMMIT);
    manager.put("k", "before");
    manager.storage.failLogWrites();
    assertUnknown(failure(commit("k", "lost")));

    Executed<String> read =
        manager.transactions.execute(SERIALIZABLE, view -> String.valueOf(get(view, "k")));
    assertThat(read.result()).isEqualTo("before");
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> manager.put("k", "later"))
        .returns(ErrorCode.STORE_UNAVAILABLE, StoreException::code)
        .withMessageStartingWith("The store is read-only.");
  }

  @Test
  void write_failing_whoeverWaitsForVisibilityIsToldAtOnce() throws Exception {
    start(
        ControlledManager.in(directory)
            .with(ControlledManager.settings(MINUTE, Duration.ofDays(1), Duration.ofHours(1))));
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    FutureTask<CommitResult> writer = commit("k", "lost");
    hold.awaitEntered();
    manager.awaitOrdered(1);
    FutureTask<Executed<String>> reader =
        new FutureTask<>(
            () ->
                manager.transactions.execute(SERIALIZABLE, view -> String.valueOf(get(view, "k"))));
    Thread thread = Thread.ofPlatform().start(reader);
    await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    manager.storage.failLogWrites();
    hold.release();

    assertThat(failure(reader).code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    assertUnknown(failure(writer));
  }

  @Test
  void commit_conflictingInAReadOnlyStore() throws Exception {
    start(Durability.SYNC_ON_COMMIT);
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      transaction.put(Key.of("k"), Value.of("mine"));
      manager.storage.failLogWrites();
      assertUnknown(failure(commit("k", "lost")));

      // Running it again would not help.
      assertRefused(ErrorCode.STORE_UNAVAILABLE, transaction::commit);
    }
  }

  @Test
  void sync_failingAtTheInterval() {
    var reasons = new ArrayList<String>();
    var listener =
        new MvccListener() {
          @Override
          public void becameReadOnly(String reason, Throwable cause) {
            reasons.add(reason);
          }
        };
    TransactionSettings often = ControlledManager.settings(MINUTE, MINUTE, Duration.ofMillis(1));
    start(
        ControlledManager.in(directory, state)
            .with(Durability.SYNC_ON_INTERVAL)
            .with(listener)
            .with(often));
    commitHere("k", "1");
    manager.storage.failSyncs();
    // Whether this one is still acknowledged is open: the sync may fail before it is written.
    FutureTask<CommitResult> racing = commit("k", "2");

    await().until(() -> manager.store.status().state() == StoreState.READ_ONLY);
    manager.storage.heal();
    await().until(racing::isDone);
    assertReadOnly("Syncing the log failed.");
    assertThat(reasons).containsExactly("Syncing the log failed.");
    assertThat(manager.transactions.durable()).isLessThanOrEqualTo(new Revision(1));
    assertThat(manager.value("k")).isIn("1", "2");
  }

  @Test
  void sync_failingWhileCommitsAreQueued() throws Exception {
    start(Durability.SYNC_ON_INTERVAL);
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    FutureTask<CommitResult> first = commit("k1", "1");
    hold.awaitEntered();
    FutureTask<CommitResult> second = commit("k2", "1");
    manager.awaitOrdered(2);
    manager
        .store
        .commits()
        .becomeReadOnly("Syncing the log failed.", new IllegalStateException("disk"));
    hold.release();

    // The first was being written; the second must not be written any more.
    assertThat(first.get()).isEqualTo(committed(1));
    assertUnknown(failure(second));
    assertThat(manager.value("k1")).isEqualTo("1");
    assertThat(manager.value("k2")).isNull();
    assertThat(manager.storage.logged()).containsExactly(List.of(1L));
  }

  @ParameterizedTest
  @EnumSource
  void order_failingToReserveRevisions(Durability durability) {
    start(ControlledManager.in(directory, state).with(durability).withRevisionBlock(2));
    commitHere("k", "1");
    commitHere("k", "2");
    manager.storage.failNextMetaWrite();

    assertRefused(ErrorCode.STORAGE_IO, () -> commitHere("k", "3"));

    // A failed sync is not tried again.
    assertReadOnly("Reserving revisions failed.");
    assertThat(manager.value("k")).isEqualTo("2");

    manager.close();
    start(durability);
    if (durability.usesLog()) {
      assertThat(manager.value("k")).isEqualTo("2");
    }
    assertThat(commitHere("k", "4")).isInstanceOf(CommitResult.Committed.class);
  }

  @Test
  void order_failingListenerLosesNoAcknowledgedCommit() {
    var listener =
        new MvccListener() {
          @Override
          public void flushNeeded() {
            throw new IllegalStateException("listener");
          }
        };
    start(
        ControlledManager.in(directory, state)
            .with(listener)
            .with(new OverlayLimits(1_000_000, 2, 2_000_000)));
    commitHere("k", "1");

    // The second commit is in the overlay, but was never queued for the log.
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> commitHere("k", "2"));
    assertRefused(ErrorCode.STORE_UNAVAILABLE, () -> commitHere("k", "3"));
    assertThat(manager.value("k")).isEqualTo("1");
  }

  // Waiting.

  @Test
  void commit_timesOut() throws Exception {
    start(ControlledManager.in(directory).with(ControlledManager.settings(MINUTE, MOMENT, MINUTE)));
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    FutureTask<CommitResult> commit = commit("k", "1");
    hold.awaitEntered();

    StoreException failure = failure(commit);
    assertUnknown(failure);
    assertThat(failure).hasNoCause();
    assertThat(manager.transactions.activeTransactions()).isZero();

    hold.release();
    await().until(() -> manager.transactions.visible().equals(new Revision(1)));
    assertThat(manager.value("k")).isEqualTo("1");
  }

  @Test
  void commit_interruptedWhileWaiting() throws Exception {
    start(Durability.SYNC_ON_COMMIT);
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    var interruptedAfterwards = new AtomicInteger();
    FutureTask<CommitResult> commit =
        new FutureTask<>(
            () -> {
              CommitResult result = commitHere("k", "1");
              interruptedAfterwards.set(Thread.interrupted() ? 1 : -1);
              return result;
            });
    Thread thread = Thread.ofPlatform().start(commit);
    hold.awaitEntered();
    thread.interrupt();
    await().until(() -> !thread.isInterrupted()); // it took note, and waits on
    assertThat(commit).isNotDone();

    hold.release();

    assertThat(commit.get()).isEqualTo(committed(1));
    assertThat(interruptedAfterwards).hasValue(1);
  }

  @Test
  void commit_ofAnInterruptedThread() throws Exception {
    start(Durability.SYNC_ON_COMMIT);

    FutureTask<Boolean> interrupted =
        run(
            () -> {
              Thread.currentThread().interrupt();
              return commitHere("k", "1").equals(committed(1)) && Thread.interrupted();
            });

    assertThat(interrupted.get()).isTrue();
  }

  // A full overlay.

  /** Room for one commit of 1000 bytes and none beside it. */
  private static final OverlayLimits TIGHT = new OverlayLimits(1, 1_000, 1_000);

  @ParameterizedTest
  @EnumSource
  void room_stallsAndThenRefuses(Durability durability) {
    var asked = new AtomicInteger();
    var listener =
        new MvccListener() {
          @Override
          public void flushNeeded() {
            asked.incrementAndGet();
          }
        };
    start(
        ControlledManager.in(directory)
            .with(durability)
            .with(TIGHT)
            .with(listener)
            .with(ControlledManager.settings(MOMENT, MINUTE, MINUTE)));
    commitHere("k", "x".repeat(1_000));
    assertThat(asked).hasValue(1);

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> commitHere("k", "2"))
        .returns(ErrorCode.WRITE_STALL, StoreException::code)
        .withMessage(
            "Unflushed data is at its bound of 1000 bytes and the flush has not caught up."
                + " Try again later.")
        .satisfies(
            e ->
                assertThat(e.context())
                    .containsExactly(
                        entry("actual", 1_201L),
                        entry("limit", 1_000L),
                        entry("retryAfterMs", MOMENT.toMillis())));
    assertThat(asked).as("asks again").hasValue(2);
    assertThat(manager.transactions.activeTransactions()).isZero();
    assertThat(manager.value("k")).hasSize(1_000);

    manager.store.flush();
    assertThat(commitHere("k", "3")).isEqualTo(committed(2));
  }

  @Test
  void room_waitsForAFlush() throws Exception {
    start(ControlledManager.in(directory).with(TIGHT));
    commitHere("k", "x".repeat(1_000));
    FutureTask<CommitResult> commit = new FutureTask<>(() -> commitHere("k", "2"));
    Thread thread = Thread.ofPlatform().start(commit);
    await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);

    manager.store.flush();

    assertThat(commit.get()).isEqualTo(committed(2));
  }

  @Test
  void room_interruptedWhileWaiting() throws Exception {
    start(ControlledManager.in(directory).with(TIGHT));
    commitHere("k", "x".repeat(1_000));
    FutureTask<Boolean> commit =
        new FutureTask<>(
            () -> {
              assertRefused(ErrorCode.SHUTTING_DOWN, () -> commitHere("k", "2"));
              return Thread.interrupted();
            });
    Thread thread = Thread.ofPlatform().start(commit);
    await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);

    thread.interrupt();

    assertThat(commit.get()).isTrue();
    assertThat(manager.transactions.visible()).isEqualTo(new Revision(1));
  }

  @Test
  void room_inAStoreThatBecomesReadOnly() throws Exception {
    start(ControlledManager.in(directory).with(TIGHT));
    commitHere("k", "x".repeat(1_000));
    FutureTask<CommitResult> waiting = new FutureTask<>(() -> commitHere("k", "2"));
    Thread thread = Thread.ofPlatform().start(waiting);
    await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);

    manager.store.commits().becomeReadOnly("The test says so.", new IllegalStateException());

    // Nobody will flush any more, so waiting for room is vain, and "stalled" would be wrong.
    assertThat(failure(waiting))
        .returns(ErrorCode.STORE_UNAVAILABLE, StoreException::code)
        .hasMessage("The store is read-only. The test says so.");
    assertReadOnly("The test says so.");
  }

  // Closing.

  @Test
  void close_finishesWhatIsOrderedAndRefusesTheRest() throws Exception {
    start(Durability.SYNC_ON_COMMIT);
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    List<FutureTask<CommitResult>> commits = new ArrayList<>();
    commits.add(commit("k1", "v"));
    hold.awaitEntered();
    commits.add(commit("k2", "v"));
    commits.add(commit("k3", "v"));
    manager.awaitOrdered(3);
    Transaction late = manager.begin(SERIALIZABLE);
    late.put(Key.of("late"), Value.of("v"));
    Thread closing = Thread.ofPlatform().start(manager::close);
    await().until(() -> closing.getState() == Thread.State.WAITING); // for the log writer

    assertRefused(ErrorCode.SHUTTING_DOWN, late::commit);
    assertRefused(
        ErrorCode.SHUTTING_DOWN,
        () -> {
          AdaptiveBatchWriter blind = manager.transactions.bulkWriter(0, null);
          blind.put(Key.of("late"), Value.of("v"));
          blind.finish();
        });
    hold.release();
    closing.join();

    for (FutureTask<CommitResult> commit : commits) {
      assertThat(commit.get()).isInstanceOf(CommitResult.Committed.class);
    }
    assertRefused(ErrorCode.SHUTTING_DOWN, () -> manager.begin(SERIALIZABLE));
    start(Durability.SYNC_ON_COMMIT);
    assertThat(manager.value("k3")).isEqualTo("v");
    assertThat(manager.value("late")).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void close_isIdempotent(Durability durability) {
    start(durability);
    commitHere("k", "1");
    manager.close();
    manager.close();

    assertRefused(ErrorCode.SHUTTING_DOWN, () -> manager.put("k", "2"));
    assertRefused(ErrorCode.SHUTTING_DOWN, () -> manager.value("k"));
  }

  @ParameterizedTest
  @EnumSource
  void close_ofAnInterruptedThread(Durability durability) throws Exception {
    start(durability);
    commitHere("k", "1");

    FutureTask<Boolean> interrupted =
        run(
            () -> {
              Thread.currentThread().interrupt();
              manager.close();
              return Thread.interrupted();
            });

    assertThat(interrupted.get()).isTrue();
    assertRefused(ErrorCode.SHUTTING_DOWN, () -> manager.value("k"));
    state.loseUnsynced();
    start(durability);
    assertThat(manager.value("k")).isEqualTo("1");
  }
}
