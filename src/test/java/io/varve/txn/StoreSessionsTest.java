package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.StoreFailure;
import io.varve.model.StoreState;
import io.varve.model.Value;
import io.varve.mvcc.MvccSettings;
import io.varve.storage.FailingStorageService;
import io.varve.storage.GatedStorageService;
import io.varve.storage.InMemoryStorageService;
import io.varve.storage.StorageService;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests for {@link StoreSessions}. */
@Timeout(60)
final class StoreSessionsTest {
  private static final Key KEY = Key.of("k");
  private static final OutcomeId OUTCOME = OutcomeId.of("test", "request");

  @TempDir private Path directory;

  private InMemoryStorageService.State disk = new InMemoryStorageService.State();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger openingsThatFail = new AtomicInteger();
  private final AtomicBoolean mayReopen = new AtomicBoolean(true);

  /** The engine in use, as the two layers of it that can be made to fail. */
  private volatile GatedStorageService log =
      new GatedStorageService(InMemoryStorageService.create());

  private volatile FailingStorageService engine = new FailingStorageService(log);
  private @Nullable StoreSessions sessions;

  private StoreSessions open(Durability durability) {
    StoreSessions started =
        TestSessions.open(
            this::openEngine, MvccSettings.defaults(directory).with(durability), mayReopen::get);
    sessions = started;
    return started;
  }

  private StorageService openEngine() {
    opened.incrementAndGet();
    if (openingsThatFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw StoreErrors.io("open", "the test says so", null);
    }
    InMemoryStorageService service = InMemoryStorageService.over(disk);
    service.syncWal(); // an engine rewrites and syncs what it recovers before it opens
    log = new GatedStorageService(service);
    engine = new FailingStorageService(log);
    return engine;
  }

  @AfterEach
  void close() {
    if (sessions != null) {
      sessions.close();
    }
  }

  private Revision put(String value) {
    return Objects.requireNonNull(sessions)
        .transactions()
        .execute(
            TransactionOptions.DEFAULTS,
            view -> {
              view.put(KEY, Value.of(value));
              return true;
            },
            _ -> List.of(OutcomeRecord.of(OUTCOME, Duration.ofHours(1), new byte[] {(byte) 1})))
        .revision();
  }

  private @Nullable String read() {
    return Objects.requireNonNull(sessions)
        .transactions()
        .read(
            ReadPoint.LATEST,
            view -> {
              var found = view.get(KEY);
              return found == null
                  ? null
                  : new String(found.value().array(), StandardCharsets.UTF_8);
            });
  }

  private void fail() {
    Objects.requireNonNull(sessions)
        .store()
        .commits()
        .becomeReadOnly("The test says so.", new IllegalStateException());
  }

  private void awaitReopened(int times) {
    StoreSessions all = Objects.requireNonNull(sessions);
    await().until(() -> all.reopenings() == times && all.state() == StoreState.OPEN);
  }

  @ParameterizedTest
  @EnumSource
  void failedStore_isOpenedAgain_withAllThatWasSeen(Durability durability) {
    StoreSessions all = open(durability);
    Revision first = put("1");
    all.store().flush();
    Revision second = put("2");

    fail();
    awaitReopened(1);

    assertThat(read()).isEqualTo("2");
    assertThat(all.transactions().history(KEY, 10)).hasSize(2);
    assertThat(
            all.transactions()
                .<Revision>read(new ReadPoint.AtRevision(first), ReadView::readRevision))
        .isEqualTo(first);
    assertThat(all.store().outcomes().find(OUTCOME))
        .isNotNull()
        .satisfies(kept -> assertThat(kept.revision()).isEqualTo(second.value()));
    assertThat(all.store().status().lostRanges()).isEmpty();
    assertThat(put("3")).isGreaterThan(second);
    all.store().flush();
    assertThat(read()).isEqualTo("3");
  }

  /** Whatever call of a flush fails, and whether or not it had its effect. */
  @ParameterizedTest
  @EnumSource
  void flushCutShort_losesNothing_whenTheStoreIsOpenedAgain(Durability durability) {
    StoreSessions all = open(durability);
    int reopened = 0;
    boolean failed = true;
    for (int call = 1; failed; call++) {
      for (boolean afterItsEffect : new boolean[] {false, true}) {
        String value = call + " " + afterItsEffect;
        put("before " + value);
        Revision revision = put(value);
        engine.failAt(call, afterItsEffect);
        try {
          all.store().flush();
        } catch (RuntimeException e) {
          assertThat(e).isInstanceOf(StoreException.class);
        }
        failed = engine.hasFailed();
        engine.failAt(0, false);
        if (all.state() == StoreState.OPEN) {
          fail();
        }
        awaitReopened(++reopened);
        assertThat(read()).as(value).isEqualTo(value);
        assertThat(all.visible()).isEqualTo(revision);
        assertThat(all.store().status().lostRanges()).isEmpty();
      }
    }
    assertThat(reopened).as("several calls were made to fail").isGreaterThan(4);
  }

  @Test
  void failedWriteOfTheLog_makesTheOutcomeUnknown_andTheNextWriteWorks() {
    StoreSessions all = open(Durability.SYNC_ON_COMMIT);
    put("1");
    engine.failAt(1, true);
    assertThat(StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> put("2")))
        .hasMessageContaining("may or may not");
    awaitReopened(1);
    assertThat(read()).as("it was written after all").isEqualTo("2");
    put("3");
    assertThat(read()).isEqualTo("3");
    assertThat(all.stateReason()).isEmpty();
  }

  @Test
  void store_thatMayNotBeOpenedYet_isRead() {
    StoreSessions all = open(Durability.SYNC_ON_COMMIT);
    put("1");
    mayReopen.set(false);
    fail();
    assertThat(all.state()).isEqualTo(StoreState.READ_ONLY);
    assertThat(read()).isEqualTo("1");
    assertThat(StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> put("2")))
        .hasMessageContaining("read-only");
    mayReopen.set(true);
    awaitReopened(1);
    put("2");
    assertThat(read()).isEqualTo("2");
  }

  @Test
  void store_thatDoesNotOpen_isTriedAgain() {
    StoreSessions all = open(Durability.FLUSH_ONLY);
    put("1");
    openingsThatFail.set(Integer.MAX_VALUE);
    fail();
    await().until(() -> opened.get() > 3);
    assertThat(all.state()).isEqualTo(StoreState.REOPENING);
    assertThat(all.stateReason()).contains("the test says so");
    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, this::read);
    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> put("2"));
    openingsThatFail.set(0);
    awaitReopened(1);
    assertThat(read()).as("what was nowhere but in the heap").isEqualTo("1");
  }

  /** With the log off the heap of a store that failed has what is nowhere else. */
  @ParameterizedTest
  @EnumSource
  void store_thatFailed_isWrittenOut_whenItIsClosed(Durability durability) {
    StoreSessions all = open(durability);
    put("1");
    mayReopen.set(false);
    fail();
    all.close();
    assertThat(opened).hasValue(2);
    open(durability);
    assertThat(read()).isEqualTo("1");
  }

  @Test
  void store_isClosed_whileItDoesNotOpen() {
    StoreSessions all = open(Durability.SYNC_ON_COMMIT);
    openingsThatFail.set(Integer.MAX_VALUE);
    fail();
    await().until(() -> opened.get() > 2);
    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, all::close);
    int openings = opened.get();
    assertThat(all.state()).isEqualTo(StoreState.REOPENING);
    openingsThatFail.set(0);
    await().during(Duration.ofMillis(200)).until(() -> opened.get() == openings);
  }

  /** The sync failed and the pages are gone: what others saw is told to be lost. */
  @Test
  void unsyncedCommits_thatAreGone_areALostRange() {
    StoreSessions all = open(Durability.SYNC_ON_INTERVAL);
    put("1");
    all.store().commits().syncLog();
    Revision kept = all.durable();
    mayReopen.set(false);
    log.failSync();
    Revision seen = put("2");
    await().until(() -> all.state() == StoreState.READ_ONLY);
    assertThat(read()).isEqualTo("2");
    disk.loseUnsynced();
    mayReopen.set(true);
    awaitReopened(1);
    assertThat(all.visible()).isEqualTo(kept);
    assertThat(read()).isEqualTo("1");
    StoreFailure.expect(
        ErrorCode.REVISION_LOST,
        () -> all.transactions().read(new ReadPoint.AtRevision(seen), ReadView::readRevision));
    assertThat(put("3")).isGreaterThan(seen);
  }

  @Test
  void openTransactions_endWithTheirSession() {
    StoreSessions all = open(Durability.SYNC_ON_COMMIT);
    String id = all.registry().begin("", TransactionOptions.DEFAULTS, ReadPoint.LATEST).id();
    Transaction held = all.transactions().begin(TransactionOptions.DEFAULTS);
    held.put(KEY, Value.of("never"));
    fail();
    awaitReopened(1);
    StoreFailure.expect(
        ErrorCode.TRANSACTION_NOT_FOUND, () -> all.registry().status(new TransactionRef("", id)));
    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, held::commit);
    assertThat(read()).isNull();
  }

  @Test
  void whileClosed_nobodyIsLetIn_andWhatIsThereIsOpened() {
    StoreSessions all = open(Durability.FLUSH_ONLY);
    Revision revision = put("1");
    StoreSession before = all.current();
    long handedOut =
        all.whileClosed(
            given -> {
              assertThat(all.state()).isEqualTo(StoreState.RESTORING);
              StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, this::read);
              StoreFailure.expect(
                  ErrorCode.STORE_UNAVAILABLE, () -> before.transactions().history(KEY, 1));
              return given;
            });
    assertThat(handedOut).isEqualTo(revision.value());
    assertThat(all.state()).isEqualTo(StoreState.OPEN);
    assertThat(read()).isEqualTo("1");
    assertThat(all.reopenings()).isZero();
  }

  @Test
  void whileClosed_thatThrows_leavesTheStoreOpen() {
    StoreSessions all = open(Durability.SYNC_ON_COMMIT);
    put("1");
    StoreFailure.expect(
        ErrorCode.STORAGE_IO,
        () ->
            all.whileClosed(
                _ -> {
                  throw StoreErrors.io("copy", "the test says so", null);
                }));
    assertThat(read()).isEqualTo("1");
    put("2");
    assertThat(read()).isEqualTo("2");
  }

  /** What an operator must decide is not decided by opening the store again. */
  @Test
  void storeThatLostWhatWasDurable_staysReadOnly() {
    StoreSessions all = open(Durability.SYNC_ON_COMMIT);
    put("1");
    put("2");
    disk = new InMemoryStorageService.State();
    fail();
    await().until(() -> opened.get() == 2 && all.state() == StoreState.READ_ONLY);
    assertThat(all.stateReason()).contains("accept-data-loss");
    assertThat(all.store().needsReopening()).isFalse();
    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> put("3"));
  }
}
