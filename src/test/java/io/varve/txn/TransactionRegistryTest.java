package io.varve.txn;

import static io.varve.txn.ControlledManager.READ_ONLY;
import static io.varve.txn.ControlledManager.SERIALIZABLE;
import static io.varve.txn.ControlledManager.SNAPSHOT;
import static io.varve.txn.ControlledManager.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import io.varve.model.AccessErrors;
import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.KeptOutcome;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.StoreFailure;
import io.varve.model.StoreId;
import io.varve.model.Value;
import io.varve.mvcc.ManualClock;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.OutcomeLimits;
import io.varve.mvcc.OverlayLimits;
import io.varve.storage.FailingStorageService;
import io.varve.storage.InMemoryStorageService;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link TransactionRegistry}; time stands still until a test moves it. */
@Timeout(60)
final class TransactionRegistryTest {
  private static final String NOBODY = "";

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration MOMENT = Duration.ofMillis(20);
  private static final Duration LEASE = SERIALIZABLE.timeout();
  private static final RegistrySettings SETTINGS =
      new RegistrySettings(MINUTE, 1 << 20, HOUR, 100, MINUTE);

  @TempDir Path directory;
  private final InMemoryStorageService.State state = new InMemoryStorageService.State();

  @SuppressWarnings("NullAway.Init") // by start, the first thing in each test
  private ControlledManager manager;

  @SuppressWarnings("NullAway.Init") // the same
  private TransactionRegistry registry;

  private void start(Durability durability) {
    start(ControlledManager.in(directory, state).with(durability), SETTINGS);
  }

  private void start(ControlledManager.Builder builder, RegistrySettings settings) {
    manager = builder.start();
    registry = registry(settings);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private void pass(Duration time) {
    manager.clockMs.addAndGet(time.toMillis());
    manager.nanoTime.addAndGet(time.toNanos());
  }

  private String begin(TransactionOptions options) {
    return registry.begin(NOBODY, options, ReadPoint.LATEST).id();
  }

  private String begin() {
    return begin(SERIALIZABLE);
  }

  private void put(String id, String key, String value) {
    registry.call(
        of(id),
        view -> {
          view.put(Key.of(key), Value.of(value));
          return "";
        });
  }

  private @Nullable String read(String id, String key) {
    return registry.<@Nullable String>call(of(id), view -> get(view, key));
  }

  private CommittedTransaction commit(String id) {
    return registry.commit(of(id), _ -> {}, _ -> List.of());
  }

  private static Revision rev(long revision) {
    return new Revision(revision);
  }

  private static <T> FutureTask<T> run(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofVirtual().start(task);
    return task;
  }

  private static StoreException failure(Future<?> task) throws InterruptedException {
    try {
      throw new AssertionError("did not fail but returned " + task.get());
    } catch (ExecutionException e) {
      return (StoreException) Objects.requireNonNull(e.getCause());
    }
  }

  private static void assertUnknown(StoreException e) {
    assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    assertThat(e.context()).containsExactly(entry("outcome", "unknown"));
  }

  /** Nothing is left of any transaction. */
  private void assertNothingOpen() {
    assertThat(registry.openCount()).isZero();
    assertThat(registry.openBytes()).isZero();
    assertThat(manager.store.status().openSnapshots()).isZero();
    assertThat(manager.transactions.activeTransactions()).isZero();
  }

  private void assertFinished(String id, String state) {
    StoreException e = StoreFailure.expect(ErrorCode.TRANSACTION_FINISHED, () -> read(id, "a"));
    assertThat(e.context()).containsExactly(entry("state", state));
  }

  // Life.

  @Test
  void begin_tellsHowItRuns() {
    start(Durability.SYNC_ON_COMMIT);
    manager.put("a", "1");

    TransactionStatus begun =
        registry.begin(NOBODY, SNAPSHOT.labelled("billing").with(MINUTE), ReadPoint.LATEST);

    assertThat(begun.id()).matches("[0-9a-f]{32}");
    TransactionStatus.Lease lease =
        new TransactionStatus.Lease(
            Isolation.SNAPSHOT, "billing", rev(1), ControlledManager.START.plus(MINUTE));
    assertThat(begun)
        .isEqualTo(
            new TransactionStatus(begun.id(), TransactionState.ACTIVE, lease, null, List.of()));
    assertThat(registry.status(of(begun.id()))).isEqualTo(begun);
    assertThat(registry.openCount()).isEqualTo(1);
    registry.rollback(of(begun.id()));
    assertNothingOpen();
  }

  @Test
  void begin_neverTheSameId() {
    start(Durability.SYNC_ON_COMMIT);
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      ids.add(begin());
    }
    assertThat(ids).hasSize(100);
    ids.forEach(id -> registry.rollback(of(id)));
    assertNothingOpen();
  }

  @Test
  void begin_inThePast() {
    start(Durability.SYNC_ON_COMMIT);
    manager.put("a", "1");
    manager.put("a", "2");
    ReadPoint past = new ReadPoint.AtRevision(rev(1));

    String id = registry.begin(NOBODY, READ_ONLY, past).id();

    assertThat(read(id, "a")).isEqualTo("1");
    assertThat(commit(id).revision()).isEqualTo(rev(1));
    StoreFailure.expect(ErrorCode.MALFORMED_REQUEST, () -> registry.begin(NOBODY, SNAPSHOT, past));
    StoreFailure.expect(
        ErrorCode.REVISION_IN_FUTURE,
        () -> registry.begin(NOBODY, READ_ONLY, new ReadPoint.AtRevision(rev(9))));
    assertNothingOpen();
  }

  @Test
  void call_seesItsOwnWritesAndNobodyElse() {
    start(Durability.SYNC_ON_COMMIT);
    manager.put("a", "0");
    String id = begin();
    put(id, "a", "1");
    put(id, "b", "1");

    assertThat(read(id, "a")).isEqualTo("1");
    assertThat(manager.value("a")).isEqualTo("0");
    assertThat(manager.value("b")).isNull();
    assertThat(registry.openBytes()).isPositive();
    CommittedTransaction done = commit(id);
    assertThat(done).isEqualTo(new CommittedTransaction(id, rev(2), true, rev(2)));
    assertThat(manager.value("a")).isEqualTo("1");
    assertThat(manager.value("b")).isEqualTo("1");
    assertThat(registry.status(of(id)))
        .isEqualTo(new TransactionStatus(id, TransactionState.COMMITTED, null, done, List.of()));
    assertFinished(id, "COMMITTED");
    StoreFailure.expect(ErrorCode.TRANSACTION_FINISHED, () -> registry.rollback(of(id)));
    assertNothingOpen();
  }

  @Test
  void call_thatFailsTakesItsWritesBack() {
    start(Durability.SYNC_ON_COMMIT);
    String id = begin();
    put(id, "a", "1");
    put(id, "b", "1");
    long before = registry.openBytes();

    StoreFailure.expect(
        ErrorCode.KEY_TOO_LARGE,
        () ->
            registry.call(
                of(id),
                view -> {
                  view.put(Key.of("a"), Value.of("2"));
                  view.delete(Key.of("b"));
                  view.put(Key.of("c"), Value.of("2"));
                  view.put(Key.of("k".repeat(5_000)), Value.of("2"));
                  return "";
                }));

    assertThat(registry.openBytes()).isEqualTo(before);
    assertThat(read(id, "a")).isEqualTo("1");
    assertThat(read(id, "b")).isEqualTo("1");
    assertThat(read(id, "c")).isNull();
    commit(id);
    assertThat(manager.value("a")).isEqualTo("1");
    assertThat(manager.value("b")).isEqualTo("1");
    assertThat(manager.value("c")).isNull();
    assertNothingOpen();
  }

  @Test
  void call_whileAnotherIsInside() throws Exception {
    start(Durability.SYNC_ON_COMMIT);
    String id = begin();
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    FutureTask<String> first =
        run(
            () ->
                registry.call(
                    of(id),
                    view -> {
                      view.put(Key.of("a"), Value.of("1"));
                      inside.countDown();
                      awaitLatch(goOn);
                      return "done";
                    }));
    inside.await();

    StoreFailure.expect(ErrorCode.TRANSACTION_BUSY, () -> read(id, "a"));
    StoreFailure.expect(ErrorCode.TRANSACTION_BUSY, () -> commit(id));
    StoreFailure.expect(ErrorCode.TRANSACTION_BUSY, () -> registry.rollback(of(id)));
    assertThat(registry.status(of(id)).state()).isEqualTo(TransactionState.ACTIVE);
    goOn.countDown();
    assertThat(first.get()).isEqualTo("done");
    assertThat(commit(id).revision()).isEqualTo(rev(1));
    assertNothingOpen();
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void status_whileItsCommitIsUnderWay() throws Exception {
    start(Durability.SYNC_ON_COMMIT);
    String id = begin();
    put(id, "a", "1");
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    FutureTask<CommittedTransaction> commit = run(() -> commit(id));
    hold.awaitEntered();

    TransactionStatus status = registry.status(of(id));
    assertThat(status.state()).isEqualTo(TransactionState.COMMITTING);
    assertThat(status.lease()).isNotNull();
    pass(MINUTE);
    assertThat(registry.expireOverdue()).as("a commit is not taken back").isZero();
    StoreFailure.expect(ErrorCode.TRANSACTION_BUSY, () -> commit(id));
    StoreFailure.expect(ErrorCode.TRANSACTION_BUSY, () -> registry.rollback(of(id)));
    hold.release();
    assertThat(commit.get().revision()).isEqualTo(rev(1));
    assertNothingOpen();
  }

  // Limits.

  @Test
  void begin_timeout() {
    start(Durability.SYNC_ON_COMMIT);

    for (Duration wrong : List.of(Duration.ZERO, MINUTE.plusNanos(1), HOUR)) {
      StoreException e =
          StoreFailure.expect(ErrorCode.MALFORMED_REQUEST, () -> begin(SERIALIZABLE.with(wrong)));
      assertThat(e.context()).containsEntry("field", "timeout");
    }
    registry.rollback(of(begin(SERIALIZABLE.with(MINUTE))));
    assertNothingOpen();
  }

  @Test
  void begin_tooMany() {
    start(
        ControlledManager.in(directory, state)
            .with(new TransactionLimits(100, 1_000, 1_000, 10_000, 2)),
        SETTINGS);
    String first = begin();
    begin();

    StoreFailure.expect(ErrorCode.TOO_MANY_TRANSACTIONS, this::begin);
    assertThat(manager.put("a", "1")).as("closures have a limit of their own").isEqualTo(rev(1));
    registry.rollback(of(first));
    begin();
    assertThat(registry.openCount()).isEqualTo(2);
    pass(MINUTE);
    assertThat(registry.expireOverdue()).isEqualTo(2);
    assertNothingOpen();
  }

  @Test
  void call_whereOpenTransactionsTakeTooMuchHeap() {
    start(
        ControlledManager.in(directory, state),
        new RegistrySettings(MINUTE, 2_000, HOUR, 100, MINUTE));
    String large = begin();
    String small = begin();
    put(small, "b", "1");
    put(large, "a", "x".repeat(3_000));
    assertThat(registry.openBytes()).isGreaterThan(3_000);

    StoreException full =
        StoreFailure.expect(ErrorCode.TOO_MANY_REQUESTS, () -> put(small, "b", "2"));
    assertThat(full.context()).containsEntry("retryAfterMs", 1_000L);
    StoreFailure.expect(ErrorCode.TOO_MANY_REQUESTS, this::begin);
    commit(large);
    put(small, "b", "3");
    commit(small);
    assertThat(manager.value("b")).isEqualTo("3");
    assertNothingOpen();
  }

  @Test
  void openBytes_countsWhatIsReadToo() {
    start(Durability.SYNC_ON_COMMIT);
    String id = begin();
    read(id, "a".repeat(100));
    long one = registry.openBytes();
    assertThat(one).isGreaterThan(100);
    read(id, "a".repeat(100));
    assertThat(registry.openBytes()).as("the same key").isEqualTo(one);
    read(id, "b".repeat(100));
    assertThat(registry.openBytes()).isEqualTo(2 * one);
    String snapshot = begin(SNAPSHOT);
    read(snapshot, "c");
    assertThat(registry.openBytes()).as("nobody has to check that").isEqualTo(2 * one);
    registry.rollback(of(id));
    registry.rollback(of(snapshot));
    assertNothingOpen();
  }

  // Commit.

  @ParameterizedTest
  @EnumSource
  void commit_againTheSameAnswer(Durability durability) {
    start(durability);
    // In an empty store even a revision of 0 is an answer.
    String nothing = begin();
    CommittedTransaction wroteNothing = commit(nothing);
    String reader = begin(READ_ONLY);
    CommittedTransaction onlyRead = commit(reader);
    String writer = begin();
    put(writer, "a", "1");
    CommittedTransaction wrote = commit(writer);
    String later = begin(SNAPSHOT);
    read(later, "a");
    CommittedTransaction readLater = commit(later);

    boolean durable = durability == Durability.SYNC_ON_COMMIT;
    assertThat(wroteNothing).isEqualTo(new CommittedTransaction(nothing, rev(0), false, rev(0)));
    assertThat(wrote)
        .isEqualTo(new CommittedTransaction(writer, rev(2), true, rev(durable ? 2 : 0)));
    assertThat(readLater)
        .isEqualTo(new CommittedTransaction(later, rev(2), false, rev(durable ? 2 : 0)));
    List<CommittedTransaction> kept = List.of(wroteNothing, wrote, readLater);
    checkCommitted(kept);
    checkCommitted(List.of(onlyRead));
    manager.store.flush();
    checkCommitted(kept);
    checkCommitted(List.of(onlyRead));
    manager.close();
    start(durability);
    checkCommitted(kept);
    StoreFailure.expect(ErrorCode.TRANSACTION_NOT_FOUND, () -> registry.status(of(reader)));
    assertNothingOpen();
    pass(HOUR);
    StoreFailure.expect(ErrorCode.TRANSACTION_NOT_FOUND, () -> commit(writer));
  }

  private void checkCommitted(List<CommittedTransaction> expected) {
    for (CommittedTransaction one : expected) {
      assertThat(commit(one.id())).isEqualTo(one);
      assertThat(registry.status(of(one.id())))
          .isEqualTo(
              new TransactionStatus(one.id(), TransactionState.COMMITTED, null, one, List.of()));
      assertFinished(one.id(), "COMMITTED");
    }
  }

  @ParameterizedTest
  @EnumSource
  void commit_againAfterACrash(Durability durability) {
    start(durability);
    String flushed = begin();
    put(flushed, "a", "1");
    CommittedTransaction first = commit(flushed);
    manager.store.flush();
    String unflushed = begin();
    put(unflushed, "a", "2");
    CommittedTransaction second = commit(unflushed);
    String nothing = begin();
    CommittedTransaction third = commit(nothing);
    manager.store.commits().syncLog();
    ControlledManager crashed = manager;
    crashed.storage.failLogWrites(); // whatever it does from now on is not seen by the next
    state.loseUnsynced();
    start(durability);

    checkCommitted(List.of(first));
    if (durability.usesLog()) {
      checkCommitted(List.of(second, third));
      assertThat(manager.value("a")).isEqualTo("2");
    } else {
      StoreFailure.expect(ErrorCode.TRANSACTION_NOT_FOUND, () -> registry.status(of(unflushed)));
      StoreFailure.expect(ErrorCode.TRANSACTION_NOT_FOUND, () -> commit(nothing));
      assertThat(manager.value("a")).isEqualTo("1");
    }
  }

  @Test
  void commit_conflictIsRepeated() {
    start(Durability.SYNC_ON_COMMIT);
    String id = begin();
    read(id, "a");
    put(id, "b", "1");
    manager.put("a", "other");

    StoreException conflict = StoreFailure.expect(ErrorCode.TRANSACTION_CONFLICT, () -> commit(id));
    StoreException again = StoreFailure.expect(ErrorCode.TRANSACTION_CONFLICT, () -> commit(id));

    assertThat(again.context()).isEqualTo(conflict.context());
    assertThat(again).hasMessage(conflict.getMessage());
    TransactionStatus status = registry.status(of(id));
    assertThat(status.state()).isEqualTo(TransactionState.CONFLICTED);
    assertThat(status.conflicts()).hasSize(1);
    assertThat(conflict.context()).containsEntry("conflicts", status.conflicts());
    assertFinished(id, "CONFLICTED");
    StoreFailure.expect(ErrorCode.TRANSACTION_FINISHED, () -> registry.rollback(of(id)));
    assertThat(manager.value("b")).isNull();
    assertThat(manager.store.outcomes().count()).isZero();
    assertNothingOpen();
  }

  @Test
  void commit_keepsFurtherOutcomesWithIt() {
    start(Durability.SYNC_ON_COMMIT);
    OutcomeId more = OutcomeId.of("test", "more");
    String id = begin();
    put(id, "a", "1");
    List<CommittedTransaction> seen = new ArrayList<>();

    CommittedTransaction done =
        registry.commit(
            of(id),
            _ -> {},
            ahead -> {
              seen.add(ahead);
              return List.of(OutcomeRecord.of(more, HOUR, new byte[] {7}));
            });

    assertThat(seen).containsExactly(new CommittedTransaction(id, rev(0), true, rev(0)));
    KeptOutcome kept = manager.store.outcomes().find(more);
    assertThat(kept).isNotNull();
    assertThat(kept.revision()).isEqualTo(done.revision().value());
    assertThat(kept.record().content()).containsExactly(7);
    assertThat(manager.store.outcomes().count()).isEqualTo(2);
  }

  @Test
  void commit_whoseFurtherOutcomesFail() {
    start(Durability.SYNC_ON_COMMIT);
    String id = begin();
    put(id, "a", "1");

    StoreFailure.expect(
        ErrorCode.MALFORMED_REQUEST,
        () ->
            registry.commit(
                of(id),
                _ -> {},
                _ -> {
                  throw StoreErrors.malformed("body", "too long");
                }));

    assertThat(registry.status(of(id)).state()).isEqualTo(TransactionState.ACTIVE);
    assertThat(manager.value("a")).isNull();
    commit(id);
    assertThat(manager.value("a")).isEqualTo("1");
    assertNothingOpen();
  }

  @Test
  void commit_withoutRoomForItsOutcome() {
    start(ControlledManager.in(directory, state).with(new OutcomeLimits(1, 1 << 20)), SETTINGS);
    String first = begin();
    put(first, "a", "1");
    commit(first);
    manager.store.flush();
    String second = begin();
    put(second, "b", "1");

    StoreException full = StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> commit(second));

    assertThat(full.context()).containsEntry("retryAfterMs", HOUR.toMillis());
    assertThat(registry.status(of(second)).state()).isEqualTo(TransactionState.ACTIVE);
    assertThat(manager.value("b")).isNull();
    assertThat(commit(begin(READ_ONLY)).revision()).as("it keeps none").isEqualTo(rev(1));
    manager.clockMs.addAndGet(HOUR.toMillis());
    manager.store.expireOutcomes();
    commit(second);
    assertThat(manager.value("b")).isEqualTo("1");
    assertNothingOpen();
  }

  @ParameterizedTest
  @EnumSource
  void commit_stalledLeavesItOpen(Durability durability) {
    start(
        ControlledManager.in(directory, state)
            .with(durability)
            .with(new OverlayLimits(100, 1_000, 1_000))
            .with(ControlledManager.settings(MOMENT, MINUTE, HOUR)),
        SETTINGS);
    String writer = begin();
    put(writer, "a", "1");
    String reader = begin();
    read(reader, "k");
    // At the bound and not above it: a flush must not forget that this was committed.
    manager.put("other", "v".repeat(1_000 - "other".length() - 200));

    StoreFailure.expect(ErrorCode.WRITE_STALL, () -> commit(writer));
    StoreFailure.expect(ErrorCode.WRITE_STALL, () -> commit(reader));
    assertThat(registry.status(of(writer)).state()).isEqualTo(TransactionState.ACTIVE);
    assertThat(registry.openCount()).isEqualTo(2);
    put(writer, "b", "2");
    manager.store.flush();
    assertThat(commit(writer).revision()).isEqualTo(rev(2));
    assertThat(commit(reader).revision()).isEqualTo(rev(0));
    assertThat(manager.value("b")).isEqualTo("2");
    assertNothingOpen();
  }

  @Test
  void commit_stalledMayExpireOrBeGivenUp() {
    start(
        ControlledManager.in(directory, state)
            .with(new OverlayLimits(100, 1_000, 1_000))
            .with(ControlledManager.settings(MOMENT, MINUTE, HOUR)),
        SETTINGS);
    String expires = begin();
    put(expires, "a", "1");
    String givenUp = begin();
    put(givenUp, "a", "1");
    manager.put("other", "v".repeat(2_000));
    StoreFailure.expect(ErrorCode.WRITE_STALL, () -> commit(expires));
    StoreFailure.expect(ErrorCode.WRITE_STALL, () -> commit(givenUp));

    registry.rollback(of(givenUp));
    pass(MINUTE);
    StoreFailure.expect(ErrorCode.TRANSACTION_EXPIRED, () -> commit(expires));

    assertThat(registry.status(of(givenUp)).state()).isEqualTo(TransactionState.ROLLED_BACK);
    assertThat(registry.status(of(expires)).state()).isEqualTo(TransactionState.EXPIRED);
    assertNothingOpen();
  }

  // An outcome that is not known.

  @ParameterizedTest
  @EnumSource(names = {"SYNC_ON_COMMIT", "SYNC_ON_INTERVAL"})
  void commit_logWriteFails(Durability durability) throws Exception {
    start(durability);
    String id = begin();
    put(id, "a", "1");
    String open = begin();
    put(open, "b", "1");
    manager.storage.failLogWrites();

    assertUnknown(failure(run(() -> commit(id))));

    for (int i = 0; i < 2; i++) {
      assertUnknown(failure(run(() -> commit(id))));
      assertUnknown(failure(run(() -> registry.status(of(id)))));
      assertUnknown(failure(run(() -> read(id, "a"))));
      assertUnknown(failure(run(() -> registry.call(of(id), _ -> ""))));
    }
    StoreException refused = StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> commit(open));
    assertThat(refused.context()).as("it was never in order").isEmpty();
    assertThat(registry.status(of(open)).state()).isEqualTo(TransactionState.ROLLED_BACK);
    assertNothingOpen();
    manager.close();
    start(durability);
    StoreFailure.expect(ErrorCode.TRANSACTION_NOT_FOUND, () -> registry.status(of(id)));
    assertThat(manager.value("a")).isNull();
  }

  @Test
  void commit_thatComesThroughAfterAll() throws Exception {
    start(
        ControlledManager.in(directory, state)
            .with(ControlledManager.settings(MINUTE, MOMENT, HOUR)),
        new RegistrySettings(MINUTE, 1 << 20, HOUR, 100, MOMENT));
    String id = begin();
    put(id, "a", "1");
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    FutureTask<CommittedTransaction> commit = run(() -> commit(id));
    hold.awaitEntered();
    assertUnknown(failure(commit));
    assertUnknown(failure(run(() -> registry.status(of(id)))));
    assertUnknown(failure(run(() -> commit(id))));
    hold.release();
    await().until(() -> "1".equals(manager.value("a")));

    CommittedTransaction done = new CommittedTransaction(id, rev(1), true, rev(1));
    checkCommitted(List.of(done));
    assertNothingOpen();
    manager.close();
    start(Durability.SYNC_ON_COMMIT);
    checkCommitted(List.of(done));
  }

  /** The log had it although the write was said to have failed: a restart finds the truth. */
  @Test
  void commit_thatFailedAndIsThere() {
    start(Durability.SYNC_ON_COMMIT);
    manager.put("k", "v"); // reserves revisions
    manager.close();
    FailingStorageService storage = new FailingStorageService(InMemoryStorageService.over(state));
    ManualClock clock = new ManualClock(ControlledManager.START.toEpochMilli());
    MvccStore store =
        MvccStore.open(
            storage, MvccSettings.defaults(directory), clock, StoreId.of(9), MvccListener.NONE);
    String id;
    try (MvccTransactionManager failing =
        MvccTransactionManager.start(store, ControlledManager.settings(), () -> 0)) {
      TransactionRegistry first =
          new TransactionRegistry(store, failing, SETTINGS, new Random(8), clock);
      id = first.begin(NOBODY, SERIALIZABLE, ReadPoint.LATEST).id();
      first.call(
          of(id),
          view -> {
            view.put(Key.of("a"), Value.of("1"));
            return "";
          });
      storage.failAt(2, true); // the first reserves revisions
      assertThatThrownBy(() -> first.commit(of(id), _ -> {}, _ -> List.of()))
          .isInstanceOfSatisfying(StoreException.class, TransactionRegistryTest::assertUnknown);
      assertThatThrownBy(() -> first.status(of(id)))
          .isInstanceOfSatisfying(StoreException.class, TransactionRegistryTest::assertUnknown);
    }
    start(Durability.SYNC_ON_COMMIT);

    assertThat(manager.value("a")).isEqualTo("1");
    checkCommitted(List.of(new CommittedTransaction(id, rev(2), true, rev(2))));
  }

  @Test
  void commit_inAReadOnlyStore() throws Exception {
    start(Durability.SYNC_ON_COMMIT);
    String reader = begin(READ_ONLY);
    String nothing = begin();
    manager.storage.failLogWrites();
    assertUnknown(failure(run(() -> manager.put("a", "1"))));

    assertThat(commit(reader).revision()).isEqualTo(rev(0));
    StoreException refused =
        StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> commit(nothing));
    assertThat(refused.context()).isEmpty();
    assertNothingOpen();
  }

  // Expiry and rollback.

  @Test
  void expired_onTheNextCall() {
    start(Durability.SYNC_ON_COMMIT);
    String called = begin();
    put(called, "a", "1");
    String committed = begin();
    put(committed, "a", "2");
    String rolledBack = begin();
    put(rolledBack, "a", "3");
    String asked = begin();
    put(asked, "a", "4");
    pass(LEASE);
    assertThat(read(called, "a")).as("to the last").isEqualTo("1");
    pass(Duration.ofNanos(1));

    StoreFailure.expect(ErrorCode.TRANSACTION_EXPIRED, () -> read(called, "a"));
    StoreFailure.expect(ErrorCode.TRANSACTION_EXPIRED, () -> commit(committed));
    StoreFailure.expect(ErrorCode.TRANSACTION_EXPIRED, () -> registry.rollback(of(rolledBack)));
    assertThat(registry.status(of(asked)).state()).isEqualTo(TransactionState.EXPIRED);

    assertNothingOpen();
    for (String id : List.of(called, committed, rolledBack, asked)) {
      checkExpired(id);
    }
    assertThat(manager.value("a")).isNull();
  }

  private void checkExpired(String id) {
    assertThat(registry.status(of(id)))
        .isEqualTo(new TransactionStatus(id, TransactionState.EXPIRED, null, null, List.of()));
    StoreFailure.expect(ErrorCode.TRANSACTION_EXPIRED, () -> read(id, "a"));
    StoreFailure.expect(ErrorCode.TRANSACTION_EXPIRED, () -> commit(id));
    StoreFailure.expect(ErrorCode.TRANSACTION_EXPIRED, () -> registry.rollback(of(id)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void expired_byTheJob(boolean managerFirst) {
    start(Durability.SYNC_ON_COMMIT);
    String old = begin();
    put(old, "a", "1");
    pass(LEASE.dividedBy(2));
    String young = begin();
    put(young, "a", "2");
    pass(LEASE.dividedBy(2).plusNanos(1));
    if (managerFirst) {
      assertThat(manager.transactions.expireOverdue()).isEqualTo(1);
    }

    assertThat(registry.expireOverdue()).isEqualTo(1);
    assertThat(registry.expireOverdue()).isZero();

    checkExpired(old);
    assertThat(registry.openCount()).isEqualTo(1);
    commit(young);
    assertNothingOpen();
  }

  @Test
  void expired_duringACall() throws Exception {
    start(Durability.SYNC_ON_COMMIT);
    String id = begin();
    put(id, "a", "1");
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    FutureTask<String> call =
        run(
            () ->
                registry.call(
                    of(id),
                    view -> {
                      view.put(Key.of("b"), Value.of("x".repeat(1_000)));
                      inside.countDown();
                      awaitLatch(goOn);
                      return String.valueOf(get(view, "a"));
                    }));
    inside.await();
    pass(MINUTE);
    assertThat(registry.expireOverdue()).isEqualTo(1);
    assertNothingOpen();
    StoreFailure.expect(ErrorCode.TRANSACTION_EXPIRED, () -> read(id, "a"));
    goOn.countDown();

    assertThat(failure(call).code()).isEqualTo(ErrorCode.TRANSACTION_EXPIRED);
    checkExpired(id);
    assertNothingOpen();
  }

  @Test
  void rollback_twice() {
    start(Durability.SYNC_ON_COMMIT);
    String id = begin();
    put(id, "a", "1");

    registry.rollback(of(id));
    registry.rollback(of(id));

    assertThat(registry.status(of(id)))
        .isEqualTo(new TransactionStatus(id, TransactionState.ROLLED_BACK, null, null, List.of()));
    assertFinished(id, "ROLLED_BACK");
    StoreFailure.expect(ErrorCode.TRANSACTION_FINISHED, () -> commit(id));
    assertThat(manager.value("a")).isNull();
    assertNothingOpen();
  }

  // What is not known.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0123456789abcdef0123456789abcdef",
        "",
        "x",
        "0123456789ABCDEF0123456789ABCDEF",
        "0123456789abcdef0123456789abcdef0",
        "../meta"
      })
  void unknownId(String id) {
    start(Durability.SYNC_ON_COMMIT);

    StoreFailure.expect(ErrorCode.TRANSACTION_NOT_FOUND, () -> registry.status(of(id)));
    StoreFailure.expect(ErrorCode.TRANSACTION_NOT_FOUND, () -> read(id, "a"));
    StoreFailure.expect(ErrorCode.TRANSACTION_NOT_FOUND, () -> commit(id));
    StoreFailure.expect(ErrorCode.TRANSACTION_NOT_FOUND, () -> registry.rollback(of(id)));
  }

  @Test
  void ended_isForgottenInTime() {
    start(Durability.SYNC_ON_COMMIT);
    String first = begin();
    registry.rollback(of(first));
    pass(HOUR.minusMillis(1));
    String second = begin();
    registry.rollback(of(second));
    registry.expireOverdue();
    registry.rollback(of(first));
    pass(Duration.ofMillis(1));

    StoreFailure.expect(ErrorCode.TRANSACTION_NOT_FOUND, () -> registry.rollback(of(first)));
    registry.expireOverdue();
    StoreFailure.expect(ErrorCode.TRANSACTION_NOT_FOUND, () -> registry.status(of(first)));
    registry.rollback(of(second));
  }

  @Test
  void ended_onlySoManyAreRemembered() {
    start(
        ControlledManager.in(directory, state),
        new RegistrySettings(MINUTE, 1 << 20, HOUR, 3, MINUTE));
    List<String> ids = new ArrayList<>();
    String committed = begin();
    put(committed, "a", "1");
    commit(committed);
    for (int i = 0; i < 5; i++) {
      String id = begin();
      registry.rollback(of(id));
      ids.add(id);
    }

    for (String forgotten : ids.subList(0, 2)) {
      StoreFailure.expect(ErrorCode.TRANSACTION_NOT_FOUND, () -> registry.rollback(of(forgotten)));
    }
    ids.subList(2, 5).forEach(id -> registry.rollback(of(id)));
    assertThat(registry.status(of(committed)).state())
        .as("the store remembers it")
        .isEqualTo(TransactionState.COMMITTED);
  }

  /** While the call that ended it has not returned, how it ended is nobody's to guess. */
  @Test
  void openTransaction_isNotToldBeforeTheCallReturns() throws Exception {
    start(Durability.SYNC_ON_COMMIT);
    OpenTransaction committed = open();
    committed.transaction().put(Key.of("a"), Value.of("1"));
    var _ = committed.transaction().commit();
    assertThat(committed.status().state()).isEqualTo(TransactionState.COMMITTING);
    committed.committed(new CommittedTransaction("id", rev(1), true, rev(1)));
    assertThat(committed.status().state()).isEqualTo(TransactionState.COMMITTED);

    OpenTransaction conflicted = open();
    conflicted.transaction().put(Key.of("a"), Value.of("1"));
    manager.put("a", "2");
    CommitResult result = conflicted.transaction().commit();
    assertThat(conflicted.status().state()).isEqualTo(TransactionState.COMMITTING);
    conflicted.conflicted(((CommitResult.Conflicted) result).conflicts());
    assertThat(conflicted.status().state()).isEqualTo(TransactionState.CONFLICTED);

    OpenTransaction givenUp = open();
    givenUp.giveUp();
    assertThat(givenUp.status().state()).isEqualTo(TransactionState.ROLLED_BACK);

    OpenTransaction unknown = open();
    unknown.transaction().put(Key.of("a"), Value.of("1"));
    manager.storage.failLogWrites();
    assertUnknown(failure(run(() -> unknown.transaction().commit())));
    assertThat(unknown.transaction().state()).isEqualTo(TransactionState.ROLLED_BACK);
    assertThat(unknown.status().state())
        .as("it may be in the log")
        .isEqualTo(TransactionState.COMMITTING);
  }

  private OpenTransaction open() {
    return new OpenTransaction(of("id"), manager.begin(SERIALIZABLE), ControlledManager.START);
  }

  // Owners.

  @Test
  void ofAnother_isNotFound() {
    start(Durability.SYNC_ON_COMMIT);
    TransactionRef mine =
        new TransactionRef(
            "token:me", registry.begin("token:me", SERIALIZABLE, ReadPoint.LATEST).id());
    registry.call(
        mine,
        view -> {
          view.put(Key.of("a"), Value.of("1"));
          return "";
        });
    assertHidden(mine.id());
    CommittedTransaction done = registry.commit(mine, _ -> {}, _ -> List.of());
    assertHidden(mine.id());
    pass(MINUTE.multipliedBy(2));
    assertHidden(mine.id());
    assertThat(registry.status(mine).commit()).isEqualTo(done);
    restartRegistry();
    assertHidden(mine.id());
    assertThat(registry.status(mine).commit()).isEqualTo(done);
    assertNothingOpen();
  }

  private void assertHidden(String id) {
    for (String other : List.of(NOBODY, "token:you", "jwt:me", "token:me/")) {
      TransactionRef guessed = new TransactionRef(other, id);
      StoreFailure.expect(ErrorCode.TRANSACTION_NOT_FOUND, () -> registry.status(guessed));
      StoreFailure.expect(ErrorCode.TRANSACTION_NOT_FOUND, () -> registry.rollback(guessed));
      StoreFailure.expect(ErrorCode.TRANSACTION_NOT_FOUND, () -> registry.call(guessed, _ -> ""));
      StoreFailure.expect(
          ErrorCode.TRANSACTION_NOT_FOUND, () -> registry.commit(guessed, _ -> {}, _ -> List.of()));
    }
  }

  /** What a grant that is taken away between a write and the commit comes to. */
  @Test
  void commit_thatIsNotAllowedAnyMore() {
    start(Durability.SYNC_ON_COMMIT);
    String id = begin();
    put(id, "a", "1");
    put(id, "b", "1");

    StoreFailure.expect(
        ErrorCode.FORBIDDEN,
        () ->
            registry.commit(
                of(id),
                key -> {
                  if (key.equals(Key.of("b"))) {
                    throw AccessErrors.forbidden("write", KeyRange.single(key));
                  }
                },
                _ -> List.of()));

    assertThat(registry.status(of(id)).state()).isEqualTo(TransactionState.ACTIVE);
    assertThat(manager.value("a")).isNull();
    registry.rollback(of(id));
    assertNothingOpen();
  }

  private void restartRegistry() {
    registry = registry(SETTINGS);
  }

  private TransactionRegistry registry(RegistrySettings settings) {
    return new TransactionRegistry(
        manager.store,
        manager.transactions,
        settings,
        new Random(7),
        () -> Instant.ofEpochMilli(manager.clockMs.get()));
  }

  private static TransactionRef of(String id) {
    return new TransactionRef(NOBODY, id);
  }
}
