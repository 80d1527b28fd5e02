package io.varve.txn;

import static io.varve.txn.ControlledManager.SERIALIZABLE;
import static io.varve.txn.ControlledManager.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.KeptOutcome;
import io.varve.model.Key;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.StoreFailure;
import io.varve.model.Value;
import io.varve.mvcc.OutcomeLimits;
import io.varve.mvcc.OverlayLimits;
import io.varve.storage.InMemoryStorageService;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests for {@link RequestOutcomes}, with requests that count: each adds one to a key and keeps
 * what it counted to.
 */
@Timeout(60)
final class RequestOutcomesTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration MOMENT = Duration.ofMillis(20);
  private static final OutcomeId A = OutcomeId.of("test", "a");
  private static final OutcomeId B = OutcomeId.of("test", "b");
  private static final int THREADS = 8;
  private static final int ROUNDS = 200;

  @TempDir Path directory;
  private final InMemoryStorageService.State state = new InMemoryStorageService.State();

  @SuppressWarnings("NullAway.Init") // by start, the first thing in each test
  private ControlledManager manager;

  @SuppressWarnings("NullAway.Init") // the same
  private RequestOutcomes requests;

  private void start(Durability durability) {
    start(ControlledManager.in(directory, state).with(durability), MINUTE);
  }

  private void start(ControlledManager.Builder builder, Duration commitTimeout) {
    manager = builder.start();
    requests = new RequestOutcomes(manager.store, commitTimeout);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Sends a request: what it answers, be it for the first time or again. */
  private String send(OutcomeId id) {
    try (RequestOutcomes.Claim claim = requests.claim(id)) {
      KeptOutcome kept = claim.kept();
      return kept == null ? count(claim.id()) : "again " + content(kept);
    }
  }

  private String count(OutcomeId id) {
    return manager
        .transactions
        .execute(
            SERIALIZABLE,
            view -> {
              String before = get(view, "n");
              String after = Integer.toString(before == null ? 1 : Integer.parseInt(before) + 1);
              view.put(Key.of("n"), Value.of(after));
              return after;
            },
            ahead -> List.of(outcome(id, ahead.result())))
        .result();
  }

  private static OutcomeRecord outcome(OutcomeId id, String content) {
    return OutcomeRecord.of(id, HOUR, content.getBytes(StandardCharsets.US_ASCII));
  }

  private static String content(KeptOutcome kept) {
    return new String(kept.record().content(), StandardCharsets.US_ASCII);
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

  private void assertUnknown(StoreException e) {
    assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    assertThat(e.context()).containsExactly(entry("outcome", "unknown"));
  }

  @ParameterizedTest
  @EnumSource
  void claim_secondFindsWhatTheFirstKept(Durability durability) {
    start(durability);

    assertThat(send(A)).isEqualTo("1");
    assertThat(send(A)).isEqualTo("again 1");
    assertThat(send(B)).isEqualTo("2");
    manager.store.flush();
    assertThat(send(A)).isEqualTo("again 1");
    manager.close();
    start(durability);
    assertThat(send(A)).isEqualTo("again 1");
    assertThat(send(B)).isEqualTo("again 2");
    assertThat(manager.value("n")).isEqualTo("2");
  }

  @ParameterizedTest
  @EnumSource
  void claim_keptOfARequestThatWroteNothing(Durability durability) {
    start(durability);
    manager.put("k", "v");
    Executed<String> read;
    try (RequestOutcomes.Claim claim = requests.claim(A)) {
      assertThat(claim.kept()).isNull();
      read =
          manager.transactions.execute(
              SERIALIZABLE,
              view -> String.valueOf(get(view, "k")),
              ahead -> {
                assertThat(ahead.wrote()).isFalse();
                return List.of(outcome(claim.id(), ahead.result() + "@" + ahead.revision()));
              });
    }
    assertThat(read.wrote()).isFalse();
    assertThat(read.revision().value()).isEqualTo(1);
    manager.put("k", "w");
    manager.close();
    start(durability);

    assertThat(send(A)).isEqualTo("again v@1");
  }

  @Test
  void claim_whileAnotherRuns() throws Exception {
    start(Durability.SYNC_ON_COMMIT);
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    FutureTask<String> first =
        run(
            () -> {
              try (RequestOutcomes.Claim claim = requests.claim(A)) {
                running.countDown();
                goOn.await();
                return count(claim.id());
              }
            });
    running.await();

    StoreException busy =
        StoreFailure.expect(ErrorCode.IDEMPOTENCY_IN_PROGRESS, () -> requests.claim(A));
    assertThat(busy.context()).containsEntry("retryAfterMs", 1_000L);
    assertThat(send(B)).as("another name does not wait").isEqualTo("1");
    goOn.countDown();
    assertThat(first.get()).isEqualTo("2");
    assertThat(send(A)).isEqualTo("again 2");
  }

  /** A claim that is closed again, late, is not that of the one who holds it now. */
  @Test
  void close_twice() {
    start(Durability.SYNC_ON_COMMIT);
    RequestOutcomes.Claim first = requests.claim(A);
    first.close();
    try (RequestOutcomes.Claim second = requests.claim(A)) {
      first.close();

      assertThat(second.kept()).isNull();
      StoreFailure.expect(ErrorCode.IDEMPOTENCY_IN_PROGRESS, () -> requests.claim(A));
    }
    assertThat(send(A)).isEqualTo("1");
  }

  @Test
  void claim_ofARequestThatFailed() {
    start(Durability.SYNC_ON_COMMIT);
    try (RequestOutcomes.Claim claim = requests.claim(A)) {
      StoreFailure.expect(
          ErrorCode.KEY_TOO_LARGE,
          () ->
              manager.transactions.execute(
                  SERIALIZABLE,
                  view -> {
                    view.put(Key.of("n"), Value.of("9"));
                    view.put(Key.of("k".repeat(5_000)), Value.of("9"));
                    return "";
                  },
                  _ -> List.of(outcome(claim.id(), "never"))));
    }
    assertThat(manager.store.outcomes().count()).isZero();
    assertThat(send(A)).isEqualTo("1");
  }

  /** As where the answer is too long to be kept. */
  @Test
  void execute_outcomesThatFailCommitNothing() {
    start(Durability.SYNC_ON_COMMIT);
    try (RequestOutcomes.Claim claim = requests.claim(A)) {
      assertThat(claim.kept()).isNull();
      StoreFailure.expect(
          ErrorCode.MALFORMED_REQUEST,
          () ->
              manager.transactions.execute(
                  SERIALIZABLE,
                  view -> {
                    view.put(Key.of("n"), Value.of("9"));
                    return "";
                  },
                  _ -> {
                    throw StoreErrors.malformed("body", "too long");
                  }));
    }
    assertThat(manager.value("n")).isNull();
    assertThat(manager.transactions.activeTransactions()).isZero();
    assertThat(send(A)).isEqualTo("1");
  }

  @Test
  void execute_outcomeOfTheAttemptThatCommitted() {
    start(Durability.SYNC_ON_COMMIT);
    AtomicInteger attempts = new AtomicInteger();

    Executed<String> done =
        manager.transactions.execute(
            SERIALIZABLE,
            view -> {
              String before = String.valueOf(get(view, "n"));
              if (attempts.incrementAndGet() == 1) {
                manager.put("n", "other"); // in between
              }
              view.put(Key.of("n"), Value.of("mine"));
              return before;
            },
            ahead -> List.of(outcome(A, ahead.result() + ahead.attempts())));

    assertThat(done.attempts()).isEqualTo(2);
    assertThat(send(A)).isEqualTo("again other2");
    assertThat(manager.store.outcomes().count()).isEqualTo(1);
  }

  @Test
  void claim_untilItsTimeIsUp() {
    start(Durability.SYNC_ON_COMMIT);
    assertThat(send(A)).isEqualTo("1");
    manager.clockMs.addAndGet(HOUR.toMillis() - 1);
    assertThat(send(A)).isEqualTo("again 1");
    manager.clockMs.incrementAndGet();

    assertThat(send(A)).isEqualTo("2");
    assertThat(send(A)).isEqualTo("again 2");
  }

  @Test
  void claim_withoutRoom() {
    start(ControlledManager.in(directory, state).with(new OutcomeLimits(1, 1 << 20)), MINUTE);
    assertThat(send(A)).isEqualTo("1");
    manager.store.flush();

    StoreException full = StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> requests.claim(B));
    assertThat(full.context()).containsEntry("retryAfterMs", HOUR.toMillis());
    assertThat(send(A)).as("what is kept is told").isEqualTo("again 1");
    manager.clockMs.addAndGet(HOUR.toMillis());
    assertThat(manager.store.expireOutcomes()).isEqualTo(1);
    assertThat(send(B)).as("the refused claim is not held").isEqualTo("2");
  }

  @Test
  void execute_stalledKeepsNothing() {
    start(
        ControlledManager.in(directory, state)
            .with(Durability.FLUSH_ONLY)
            .with(new OverlayLimits(100, 1_000, 200))
            .with(ControlledManager.settings(MOMENT, MINUTE, HOUR)),
        MINUTE);
    manager.put("k", "v".repeat(200));

    StoreFailure.expect(ErrorCode.WRITE_STALL, () -> send(A));

    manager.store.flush();
    assertThat(send(A)).isEqualTo("1");
  }

  // Ordered and not visible.

  @Test
  void claim_waitsForACommitThatIsOnItsWay() throws Exception {
    start(
        ControlledManager.in(directory, state)
            .with(ControlledManager.settings(MINUTE, MOMENT, HOUR)),
        MINUTE);
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    FutureTask<String> first = run(() -> send(A));
    hold.awaitEntered();
    // Its caller gives up on it; the commit goes on.
    assertUnknown(failure(first));
    FutureTask<String> second = run(() -> send(A));
    await().until(() -> second.state() == Future.State.RUNNING && isClaimed(A));
    hold.release();

    assertThat(second.get()).isEqualTo("again 1");
    assertThat(manager.value("n")).isEqualTo("1");
    assertThat(manager.storage.logged()).containsExactly(List.of(1L));
  }

  private boolean isClaimed(OutcomeId id) {
    try (RequestOutcomes.Claim _ = requests.claim(id)) {
      return false;
    } catch (StoreException e) {
      return e.code() == ErrorCode.IDEMPOTENCY_IN_PROGRESS;
    }
  }

  @Test
  void claim_givesUpWaiting() throws Exception {
    start(
        ControlledManager.in(directory, state)
            .with(ControlledManager.settings(MINUTE, MOMENT, HOUR)),
        MOMENT);
    ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
    FutureTask<String> first = run(() -> send(A));
    hold.awaitEntered();
    assertUnknown(failure(first));

    assertUnknown(failure(run(() -> send(A))));
    assertUnknown(failure(run(() -> send(A))));
    hold.release();
    manager.awaitOrdered(1);
    await().until(() -> "1".equals(manager.value("n")));
    assertThat(send(A)).isEqualTo("again 1");
  }

  @ParameterizedTest
  @EnumSource(names = {"SYNC_ON_COMMIT", "SYNC_ON_INTERVAL"})
  void claim_afterAFailedWriteOfTheLog(Durability durability) throws Exception {
    start(durability);
    assertThat(send(B)).isEqualTo("1");
    manager.storage.failLogWrites();
    assertUnknown(failure(run(() -> send(A))));
    manager.storage.heal();

    AtomicInteger runs = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      assertUnknown(
          failure(
              run(
                  () -> {
                    try (RequestOutcomes.Claim claim = requests.claim(A)) {
                      runs.incrementAndGet();
                      return claim;
                    }
                  })));
    }
    assertThat(runs).hasValue(0);
    assertThat(send(B)).as("what is certain is told").isEqualTo("again 1");
    manager.close();
    start(durability);
    assertThat(send(A)).as("the log never got it").isEqualTo("2");
    assertThat(manager.value("n")).isEqualTo("2");
  }

  @Test
  void claim_refusedBeforeItsCommitWasOrdered() throws Exception {
    start(Durability.SYNC_ON_COMMIT);
    manager.storage.failLogWrites();
    assertUnknown(failure(run(() -> send(B))));

    StoreException refused = failure(run(() -> send(A)));

    assertThat(refused.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    assertThat(refused.context()).as("nothing is unknown about it").isEmpty();
  }

  // Races.

  @ParameterizedTest
  @EnumSource
  void send_byManyAtOnce(Durability durability) throws Exception {
    start(durability);
    try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
      for (int round = 1; round <= ROUNDS; round++) {
        OutcomeId id = OutcomeId.of("race", Integer.toString(round));
        String expected = Integer.toString(round);
        List<String> answers = sendAtOnce(executor, id);

        assertThat(answers).isSubsetOf(expected, "again " + expected, "in progress");
        assertThat(answers).filteredOn(expected::equals).hasSize(1);
        assertThat(manager.value("n")).isEqualTo(expected);
        if (round % 16 == 0) {
          manager.store.flush();
        }
        assertThat(send(id)).isEqualTo("again " + expected);
      }
    }
    assertThat(manager.store.outcomes().count()).isEqualTo(ROUNDS);
    assertThat(manager.transactions.activeTransactions()).isZero();
  }

  private List<String> sendAtOnce(ExecutorService executor, OutcomeId id) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(THREADS);
    List<Future<String>> sent = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      sent.add(
          executor.submit(
              () -> {
                barrier.await();
                return answer(id);
              }));
    }
    List<String> answers = new ArrayList<>();
    for (Future<String> one : sent) {
      answers.add(one.get());
    }
    return answers;
  }

  private @Nullable String answer(OutcomeId id) {
    try {
      return send(id);
    } catch (StoreException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.IDEMPOTENCY_IN_PROGRESS);
      return "in progress";
    }
  }

  /** Flushes move outcomes from the heap to their rows: they must be found at every moment. */
  @Test
  void claim_besideFlushes() throws Exception {
    start(Durability.FLUSH_ONLY);
    CountDownLatch done = new CountDownLatch(1);
    FutureTask<Integer> flushes =
        run(
            () -> {
              int count = 0;
              while (done.getCount() > 0) {
                count += manager.store.flush().commits() > 0 ? 1 : 0;
              }
              return count;
            });
    for (int i = 1; i <= 2_000; i++) {
      OutcomeId id = OutcomeId.of("flush", Integer.toString(i));
      assertThat(send(id)).isEqualTo(Integer.toString(i));
      for (int again = 0; again < 3; again++) {
        assertThat(send(id)).isEqualTo("again " + i);
      }
    }
    done.countDown();
    assertThat(flushes.get()).isPositive();
    assertThat(manager.value("n")).isEqualTo("2000");
    manager.store.flush();
    assertThat(manager.store.outcomes().count()).isEqualTo(2_000);
  }
}
