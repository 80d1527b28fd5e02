package io.varve.mvcc;

import static io.varve.mvcc.TestCommits.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.KeptOutcome;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.model.StoreException;
import io.varve.model.StoreFailure;
import io.varve.model.StoreId;
import io.varve.model.StoreState;
import io.varve.storage.ColumnFamily;
import io.varve.storage.FailingStorageService;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import io.varve.storage.WriteSync;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store must do with outcomes over every {@link StorageService}. */
@NullMarked
@Timeout(120)
abstract class OutcomeTableContract {
  private static final StoreId ID = StoreId.of(0xAB);
  private static final long START = 1_700_000_000_000L;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Bytes of a row beside the content. */
  private static final int ROW_HEAD = 24;

  private static final byte[] ROWS = ascii("outcome/");
  private static final byte[] ENDS = ascii("outcome-end/");

  /** Where the store is. */
  @TempDir Path directory;

  private final ManualClock clock = new ManualClock(START);
  private final AtomicInteger flushesAskedFor = new AtomicInteger();
  private @Nullable FailingStorageService storage;
  private @Nullable MvccStore store;

  /** Opens what is there. */
  abstract StorageService openStorage();

  /** Takes the storage away from under the store, as the end of the process does. */
  abstract void crash(StorageService abandoned);

  /** Begins anew, with an empty directory. */
  abstract void wipe();

  /** A crash that also takes back what was not synced, where that can be done. */
  abstract void powerFailure(StorageService abandoned);

  /** Whether {@link #powerFailure} does more than {@link #crash}. */
  abstract boolean losesUnsynced();

  @AfterEach
  final void closeStore() {
    if (store != null) {
      store.close();
    } else if (storage != null) {
      storage.close();
    }
  }

  // Kept with the commit.

  @ParameterizedTest
  @EnumSource
  void find_beforeAndAfterAFlush(Durability durability) {
    open(settings(durability));
    clock.set(START + 5);
    commit(List.of(outcome("a", HOUR, "one"), outcome("b", SECOND, "")), put("k", "1"));
    clock.set(START + 7);
    commit(List.of(outcome("c", HOUR, "three")), put("k", "2"));

    for (String when : new String[] {"before", "after"}) {
      checkKept(when, "a", "one", 1, START + 5);
      checkKept(when, "b", "", 1, START + 5);
      checkKept(when, "c", "three", 2, START + 7);
      assertThat(outcomes().find(id("d"))).isNull();
      assertThat(outcomes().count()).as(when).isEqualTo(3);
      assertThat(outcomes().bytes()).as(when).isEqualTo(3 * ROW_HEAD + 3 + 5);
      store().flush();
    }
    checkRows(3);
    reopen(settings(durability));
    checkKept("after a restart", "a", "one", 1, START + 5);
    checkRows(3);
  }

  @Test
  void find_orderedAndNotVisible() {
    open(settings(Durability.SYNC_ON_COMMIT));
    Commit ordered = order(List.of(outcome("a", HOUR, "x")), put("k", "1"));

    assertThat(store().visible()).isEqualTo(Revision.ZERO);
    checkKept("ordered", "a", "x", 1, START);
    store().commits().log(List.of(ordered));
    store().commits().publish(ordered);
    checkKept("visible", "a", "x", 1, START);
  }

  @Test
  void find_untilItsTimeIsUp() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(List.of(outcome("a", SECOND, "x")), put("k", "1"));

    for (String when : new String[] {"before a flush", "after a flush"}) {
      clock.set(START + 999);
      assertThat(outcomes().find(id("a"))).as(when).isNotNull();
      clock.set(START + 1_000);
      assertThat(outcomes().find(id("a"))).as(when).isNull();
      clock.set(START);
      store().flush();
    }
  }

  @ParameterizedTest
  @EnumSource
  void crash_keepsItExactlyWithTheCommit(Durability durability) {
    open(settings(durability));
    commit(List.of(outcome("flushed", HOUR, "1")), put("k", "1"));
    store().flush();
    commit(List.of(outcome("not flushed", HOUR, "2")), put("k", "2"));
    commit(List.of(outcome("without writes", HOUR, "3")));
    Commit ordered = order(List.of(outcome("ordered only", HOUR, "4")), put("k", "4"));
    assertThat(ordered.revision()).isEqualTo(4);
    reopenAfterCrash(settings(durability));

    boolean survives = durability.usesLog();
    assertThat(store().visible()).isEqualTo(new Revision(survives ? 3 : 1));
    checkKept("crash", "flushed", "1", 1, START);
    if (survives) {
      checkKept("crash", "not flushed", "2", 2, START);
      checkKept("crash", "without writes", "3", 3, START);
    } else {
      assertThat(outcomes().find(id("not flushed"))).isNull();
      assertThat(outcomes().find(id("without writes"))).isNull();
    }
    assertThat(outcomes().find(id("ordered only"))).isNull();
    assertThat(outcomes().count()).isEqualTo(survives ? 3 : 1);
    store().flush();
    checkRows(survives ? 3 : 1);
  }

  @Test
  void powerFailure_takesItBackWithTheCommit() {
    open(settings(Durability.SYNC_ON_INTERVAL));
    commit(List.of(outcome("a", HOUR, "1")), put("k", "1"));
    store().commits().syncLog();
    commit(List.of(outcome("b", HOUR, "2")), put("k", "2"));
    store = null;
    powerFailure(storage());
    open(settings(Durability.SYNC_ON_INTERVAL));

    checkKept("synced", "a", "1", 1, START);
    assertThat(store().visible()).isEqualTo(new Revision(losesUnsynced() ? 1 : 2));
    assertThat(outcomes().find(id("b")) == null).isEqualTo(losesUnsynced());
  }

  @ParameterizedTest
  @EnumSource
  void flush_ofNothingButOutcomes(Durability durability) {
    open(settings(durability));
    commit(List.of(outcome("a", HOUR, "x")));

    FlushResult result = store().flush();

    assertThat(result.flushed()).isEqualTo(new Revision(1));
    assertThat(result.versions()).isZero();
    commit(List.of(), put("k", "2"));
    reopenAfterCrash(settings(durability));
    assertThat(store().status().flushed()).isEqualTo(new Revision(1));
    checkKept("crash", "a", "x", 1, START);
    checkRows(1);
  }

  @ParameterizedTest
  @EnumSource
  void largeCommit_bringsItsOutcomes(Durability durability) {
    OverlayLimits limits = new OverlayLimits(16 << 20, 1_000_000, 64 << 20, 2);
    open(settings(durability).with(limits));
    long before = store().overlayBytes();
    commit(
        List.of(outcome("a", HOUR, "x".repeat(1_000))),
        put("k1", "1"),
        put("k2", "2"),
        put("k3", "3"));

    assertThat(store().overlayBytes() - before)
        .as("heap bytes")
        .isEqualTo(3 * (3 + OverlayGeneration.OVERHEAD_BYTES) + 1_000 + 160);
    checkKept("ordered", "a", "x".repeat(1_000), 1, START);
    store().flush();
    checkKept("flushed", "a", "x".repeat(1_000), 1, START);
    reopenAfterCrash(settings(durability).with(limits));
    checkKept("crash", "a", "x".repeat(1_000), 1, START);
    checkRows(1);
  }

  @Test
  void replay_isFlushedWithItsOutcomesWhenItIsLarge() {
    open(settings(Durability.SYNC_ON_COMMIT));
    for (int i = 0; i < 20; i++) {
      commit(List.of(outcome("o" + i, HOUR, "x".repeat(100))));
    }
    MvccSettings small =
        settings(Durability.SYNC_ON_COMMIT).with(new OverlayLimits(1_000, 1_000_000, 100_000));
    reopenAfterCrash(small);

    assertThat(store().status().flushed().value()).isPositive();
    assertThat(outcomes().count()).isEqualTo(20);
    for (int i = 0; i < 20; i++) {
      checkKept("replay", "o" + i, "x".repeat(100), 1 + i, START);
    }
    store().flush();
    checkRows(20);
  }

  @Test
  void upkeep_losesNone() {
    MvccSettings settings =
        settings(Durability.SYNC_ON_COMMIT)
            .with(new Retention(1, Duration.ZERO))
            .with(new LogRetention(Duration.ZERO, 0));
    open(settings);
    for (int i = 1; i <= 5; i++) {
      clock.advance(SECOND);
      commit(List.of(outcome("o" + i, HOUR, "x")), put("k", "v" + i));
      commit(List.of(outcome("n" + i, HOUR, "x")));
      store().flush();
    }
    clock.advance(SECOND);
    PruneResult result = store().prune(PruneRequest.scheduled(HOUR));
    store().compact();

    assertThat(result.versions()).isPositive();
    assertThat(result.logRecordsUpTo().value()).isGreaterThan(5);
    reopenAfterCrash(settings);
    for (int i = 1; i <= 5; i++) {
      checkKept("pruned", "o" + i, "x", 2L * i - 1, START + 1_000L * i);
      checkKept("pruned", "n" + i, "x", 2L * i, START + 1_000L * i);
    }
    checkRows(10);
  }

  // Failures in the middle of a flush.

  @ParameterizedTest
  @CsvSource({
    "SYNC_ON_COMMIT, false",
    "SYNC_ON_COMMIT, true",
    "SYNC_ON_INTERVAL, false",
    "SYNC_ON_INTERVAL, true",
    "FLUSH_ONLY, false",
    "FLUSH_ONLY, true"
  })
  void flush_failsAtEveryStep(Durability durability, boolean afterEffect) {
    int calls = 0;
    for (boolean again : new boolean[] {false, true}) {
      boolean failed = true;
      for (int call = 1; failed; call++) {
        failed = flushFailsAt(call, settings(durability), afterEffect, again);
        calls += failed ? 1 : 0;
        store().close();
        wipe();
        new SyncedFile(directory).write(ID, 0);
        clock.set(START);
      }
    }
    assertThat(calls).as("sync or log, metadata, versions").isGreaterThanOrEqualTo(6);
  }

  private boolean flushFailsAt(
      int call, MvccSettings settings, boolean afterEffect, boolean again) {
    open(settings);
    commit(List.of(outcome("twice", SECOND, "first"), outcome("long", HOUR, "l")), put("k", "1"));
    store().flush();
    clock.advance(SECOND);
    commit(List.of(outcome("twice", SECOND, "second"), outcome("heap", SECOND, "first")));
    clock.advance(SECOND);
    commit(List.of(outcome("twice", HOUR, "third"), outcome("heap", HOUR, "second")));
    commit(List.of(outcome("once", HOUR, "o")), put("k", "4"));
    storage().failAt(call, afterEffect);
    boolean failed = isRefused(store()::flush);
    storage().failAt(0, false);
    if (store().status().state() == StoreState.OPEN) {
      checkReused(4);
      if (again) {
        store().flush();
        checkReused(4);
        checkTotals();
      }
    }
    boolean flushed = store().status().flushed().equals(new Revision(4));
    reopenAfterCrash(settings);
    long recovered = store().visible().value();
    assertThat(recovered).isIn(settings.durability().usesLog() || flushed ? 4L : 1L, 4L);
    checkReused(recovered);
    store().flush();
    checkReused(recovered);
    checkTotals();
    clock.advance(HOUR);
    var _ = store().expireOutcomes();
    assertThat(rows(ROWS)).isZero();
    assertThat(rows(ENDS)).isZero();
    assertThat(outcomes().count()).isZero();
    assertThat(outcomes().bytes()).isZero();
    return failed;
  }

  private void checkReused(long upTo) {
    checkKept("long", "long", "l", 1, START);
    if (upTo < 4) {
      assertThat(outcomes().find(id("twice"))).isNull();
      assertThat(outcomes().find(id("once"))).isNull();
      return;
    }
    checkKept("twice", "twice", "third", 3, START + 2_000);
    checkKept("heap", "heap", "second", 3, START + 2_000);
    checkKept("once", "once", "o", 4, START + 2_000);
  }

  private static boolean isRefused(Runnable work) {
    try {
      work.run();
      return false;
    } catch (StoreException e) {
      return true;
    }
  }

  // The end.

  @Test
  void expire_manyInSteps() {
    open(settings(Durability.SYNC_ON_COMMIT));
    for (int i = 0; i < 5; i++) {
      List<OutcomeRecord> many = new ArrayList<>();
      for (int o = 0; o < 500; o++) {
        many.add(outcome(i + "/" + o, SECOND, "xyz"));
      }
      many.add(outcome("long " + i, HOUR, "l"));
      commit(many);
      if (i % 2 == 0) {
        store().flush();
      }
    }
    store().flush();
    checkRows(2_505);
    assertThat(store().expireOutcomes()).as("nothing is over").isZero();
    clock.advance(SECOND);

    assertThat(store().expireOutcomes()).isEqualTo(2_500);

    checkRows(5);
    assertThat(outcomes().bytes()).isEqualTo(5 * (ROW_HEAD + 1));
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT));
    checkRows(5);
    assertThat(outcomes().find(id("0/0"))).isNull();
    checkKept("long", "long 4", "l", 5, START);
    assertThat(store().expireOutcomes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void expire_failing(boolean afterEffect) {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(List.of(outcome("a", SECOND, "x"), outcome("b", HOUR, "y")));
    store().flush();
    clock.advance(SECOND);
    storage().failAt(1, afterEffect);
    StoreFailure.expect(ErrorCode.STORAGE_IO, store()::expireOutcomes);

    assertThat(store().expireOutcomes()).isEqualTo(afterEffect ? 0 : 1);
    commit(List.of(outcome("c", HOUR, "z")));
    store().flush();

    checkRows(2);
    assertThat(outcomes().bytes()).isEqualTo(2 * (ROW_HEAD + 1));
  }

  @Test
  void id_usedAgainWhileTheOldRowIsThere() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(List.of(outcome("a", SECOND, "old")));
    store().flush();
    clock.advance(SECOND);
    assertThat(outcomes().find(id("a"))).isNull();
    commit(List.of(outcome("a", HOUR, "newer")));
    checkKept("unflushed", "a", "newer", 2, START + 1_000);

    store().flush();
    checkKept("flushed", "a", "newer", 2, START + 1_000);
    checkTotals();
    assertThat(store().expireOutcomes()).as("the end of the old one").isEqualTo(1);
    checkKept("expired", "a", "newer", 2, START + 1_000);
    checkRows(1);
    clock.advance(HOUR);
    assertThat(store().expireOutcomes()).isEqualTo(1);
    checkRows(0);
    assertThat(outcomes().bytes()).isZero();
  }

  @Test
  void id_usedAgainBeforeAFlush() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(List.of(outcome("a", SECOND, "old")));
    clock.advance(SECOND);
    commit(List.of(outcome("a", SECOND, "newer")));
    assertThat(outcomes().count()).isEqualTo(1);
    assertThat(outcomes().bytes()).isEqualTo(ROW_HEAD + 5);

    store().flush();

    checkKept("flushed", "a", "newer", 2, START + 1_000);
    checkRows(1);
    assertThat(outcomes().bytes()).isEqualTo(ROW_HEAD + 5);
    clock.advance(SECOND);
    var _ = store().expireOutcomes();
    checkRows(0);
    assertThat(outcomes().bytes()).isZero();
  }

  @Test
  void id_usedAgainWhileItsFirstFlushRuns() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(List.of(outcome("a", SECOND, "old")));
    clock.advance(SECOND);
    // The flush has frozen the first, and has yet to write it, when the second is ordered.
    FailingStorageService before = storage();
    before.failAt(2, false);
    assertThat(isRefused(store()::flush)).isTrue();
    before.failAt(0, false);
    commit(List.of(outcome("a", HOUR, "newer")));
    before.failAt(3, false);
    assertThat(isRefused(store()::flush)).isTrue();
    before.failAt(0, false);

    checkKept("half flushed", "a", "newer", 2, START + 1_000);
    store().flush();
    checkKept("flushed", "a", "newer", 2, START + 1_000);
    checkTotals();
  }

  /** The clock may go back between the end of one and the beginning of the next. */
  @Test
  void id_usedAgainAndEndingAtTheSameTime() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(List.of(outcome("a", SECOND, "old")));
    store().flush();
    clock.set(START + 500);
    commit(List.of(outcome("a", Duration.ofMillis(500), "newer")));
    store().flush();

    checkKept("flushed", "a", "newer", 2, START + 500);
    checkRows(1);
    assertThat(outcomes().bytes()).isEqualTo(ROW_HEAD + 5);
    clock.advance(SECOND);
    assertThat(store().expireOutcomes()).isEqualTo(1);
    checkRows(0);
    assertThat(outcomes().bytes()).isZero();
  }

  // Limits.

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void requireRoom_upToTheCount(boolean flushed) {
    open(settings(Durability.SYNC_ON_COMMIT).with(new OutcomeLimits(3, 1 << 20)));
    outcomes().requireRoom();
    commit(List.of(outcome("a", Duration.ofMillis(1_500), "x"), outcome("b", HOUR, "x")));
    outcomes().requireRoom();
    commit(List.of(outcome("c", HOUR, "x")));
    if (flushed) {
      store().flush();
    }
    clock.advance(SECOND);

    StoreException full = StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, outcomes()::requireRoom);

    assertThat(full.context())
        .containsEntry("outcomes", 3L)
        .containsEntry("outcomeBytes", 3L * (ROW_HEAD + 1))
        .containsEntry("retryAfterMs", flushed ? 500L : 1L);
    clock.advance(SECOND);
    store().flush();
    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, outcomes()::requireRoom);
    assertThat(store().expireOutcomes()).isEqualTo(1);
    outcomes().requireRoom();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void requireRoom_upToTheBytes(boolean flushed) {
    open(settings(Durability.SYNC_ON_COMMIT).with(new OutcomeLimits(1_000, 200)));
    commit(List.of(outcome("a", HOUR, "x".repeat(100))));
    if (flushed) {
      store().flush();
    }
    outcomes().requireRoom();
    commit(List.of(outcome("b", HOUR, "x".repeat(52))));

    StoreException full = StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, outcomes()::requireRoom);

    assertThat(full.context()).containsEntry("outcomeBytes", 200L);
    assertThat(full.context()).containsEntry("retryAfterMs", flushed ? HOUR.toMillis() : 1L);
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT).with(new OutcomeLimits(1_000, 200)));
    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, outcomes()::requireRoom);
    reopen(settings(Durability.SYNC_ON_COMMIT));
    outcomes().requireRoom();
  }

  @Test
  void requireRoom_asksNobodyToWaitForDays() {
    open(settings(Durability.SYNC_ON_COMMIT).with(new OutcomeLimits(1, 1 << 20)));
    commit(List.of(outcome("a", Duration.ofDays(1), "x")));
    store().flush();

    assertThat(StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, outcomes()::requireRoom).context())
        .containsEntry("retryAfterMs", HOUR.toMillis());
  }

  @ParameterizedTest
  @EnumSource
  void order_manyOutcomesAskForAFlush(Durability durability) {
    open(settings(durability).with(new OverlayLimits(10_000, 1_000_000, 100_000)));
    for (int i = 0; i < 9; i++) {
      commit(List.of(outcome("o" + i, HOUR, "x".repeat(900))));
    }
    assertThat(flushesAskedFor).hasValue(0);

    commit(List.of(outcome("o9", HOUR, "x".repeat(900))));

    assertThat(store().overlayBytes()).isEqualTo(10 * (900 + 160));
    assertThat(flushesAskedFor).hasValue(1);
    store().flush();
    assertThat(store().overlayBytes()).isZero();
  }

  // Opening.

  @Test
  void open_formatOne() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(List.of(), put("k", "1"));
    store().flush();
    commit(List.of(), put("k", "2"));
    writeMeta("format", new byte[] {0, 0, 0, 1});
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT));

    assertThat(storage().get(ColumnFamily.META, ascii("format")))
        .isEqualTo(new byte[] {0, 0, 0, 2});
    assertThat(store().visible()).isEqualTo(new Revision(2));
    assertThat(outcomes().count()).isZero();
    commit(List.of(outcome("a", HOUR, "x")), put("k", "3"));
    store().flush();
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT));
    checkKept("raised", "a", "x", 17, START); // above what was reserved
    checkRows(1);
  }

  /** A flush wrote its outcomes and no more; then the log it had synced went missing. */
  @Test
  void open_commitsThatWereLostHadNoOutcomes() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(List.of(outcome("a", HOUR, "x")), put("k", "1"));
    commit(List.of(outcome("b", HOUR, "y")), put("k", "2"));
    storage().failAt(3, false);
    assertThat(isRefused(store()::flush)).isTrue();
    assertThat(rows(ROWS)).isEqualTo(2);
    storage()
        .write(
            new StorageBatch().delete(ColumnFamily.LOG, LogRecordCodec.key(2)), WriteSync.SYNCED);
    store = null;
    crash(storage());
    new SyncedFile(directory).write(ID, 2);
    open(settings(Durability.SYNC_ON_COMMIT).acceptingDataLoss());

    assertThat(store().visible()).isEqualTo(new Revision(1));
    checkKept("there", "a", "x", 1, START);
    assertThat(outcomes().find(id("b"))).isNull();
    commit(List.of(outcome("b", HOUR, "again")), put("k", "2"));
    store().flush();
    KeptOutcome again = outcomes().find(id("b"));
    assertThat(again).isNotNull();
    assertThat(text(again)).isEqualTo("again");
    reopen(settings(Durability.SYNC_ON_COMMIT));
    assertThat(outcomes().find(id("b"))).isNotNull();
    checkTotals();
  }

  @Test
  void open_readOnlyChangesNothing() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(List.of(outcome("a", SECOND, "x")));
    store().flush();
    store = null;
    crash(storage());
    new SyncedFile(directory).write(ID, 9);
    open(settings(Durability.SYNC_ON_COMMIT));
    assertThat(store().status().state()).isEqualTo(StoreState.READ_ONLY);

    checkKept("read-only", "a", "x", 1, START);
    clock.advance(SECOND);
    assertThat(store().expireOutcomes()).isZero();
    checkRows(1);
  }

  @Test
  void open_damagedRows() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(List.of(outcome("a", SECOND, "x")));
    store().flush();
    byte[] name = new byte[ROWS.length + OutcomeId.BYTES];
    try (StorageIterator rows = storage().iterate(ColumnFamily.META)) {
      rows.seek(ROWS);
      System.arraycopy(rows.key(), 0, name, 0, name.length);
    }
    storage()
        .write(
            new StorageBatch().put(ColumnFamily.META, name, new byte[ROW_HEAD - 1]),
            WriteSync.SYNCED);

    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> outcomes().find(id("a")));
    writeMeta("outcome-total", new byte[15]);
    StoreFailure.expect(
        ErrorCode.STORAGE_CORRUPTED, () -> reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT)));
  }

  // What the tests use.

  private MvccSettings settings(Durability durability) {
    return MvccStoreContract.settings(directory, durability);
  }

  private void open(MvccSettings settings) {
    FailingStorageService opened = new FailingStorageService(openStorage());
    storage = opened;
    store = null;
    MvccListener listener =
        new MvccListener() {
          @Override
          public void flushNeeded() {
            flushesAskedFor.incrementAndGet();
          }
        };
    store = MvccStore.open(opened, settings, clock, ID, listener);
  }

  private void reopen(MvccSettings settings) {
    store().close();
    open(settings);
  }

  private void reopenAfterCrash(MvccSettings settings) {
    store = null;
    crash(storage());
    open(settings);
  }

  private MvccStore store() {
    assertThat(store).isNotNull();
    return store;
  }

  private FailingStorageService storage() {
    assertThat(storage).isNotNull();
    return storage;
  }

  private OutcomeTable outcomes() {
    return store().outcomes();
  }

  private void commit(List<OutcomeRecord> outcomes, Write... writes) {
    Commit commit = order(outcomes, writes);
    if (store().durability().usesLog()) {
      store().commits().log(List.of(commit));
    }
    store().commits().publish(commit);
  }

  private Commit order(List<OutcomeRecord> outcomes, Write... writes) {
    CommitSequence commits = store().commits();
    PreparedWrites prepared = commits.prepare(List.of(writes), outcomes);
    commits.lock().lock();
    try {
      return commits.order(null, null, prepared);
    } finally {
      commits.lock().unlock();
    }
  }

  private static OutcomeId id(String name) {
    return OutcomeId.of("test", name);
  }

  private static OutcomeRecord outcome(String name, Duration keep, String content) {
    return OutcomeRecord.of(id(name), keep, ascii(content));
  }

  private void checkKept(String when, String name, String content, long revision, long timeMs) {
    KeptOutcome kept = outcomes().find(id(name));
    assertThat(kept).as("%s: %s", when, name).isNotNull();
    assertThat(text(kept)).as("%s: %s", when, name).isEqualTo(content);
    assertThat(kept.revision()).as("%s: revision of %s", when, name).isEqualTo(revision);
    assertThat(kept.timeMs()).as("%s: time of %s", when, name).isEqualTo(timeMs);
  }

  private static String text(KeptOutcome kept) {
    return new String(kept.record().content(), StandardCharsets.US_ASCII);
  }

  /** Where everything is flushed and no id was used again. */
  private void checkRows(int count) {
    assertThat(rows(ROWS)).as("rows").isEqualTo(count);
    checkTotals();
    assertThat(outcomes().count()).as("count").isEqualTo(count);
  }

  /** What is counted is what is there: an end row for each, with its bytes. */
  private void checkTotals() {
    long bytes = 0;
    try (StorageIterator ends = storage().iterate(ColumnFamily.META)) {
      for (ends.seek(ENDS); hasPrefix(ends, ENDS); ends.next()) {
        bytes += ByteBuffer.wrap(ends.value()).getLong();
      }
    }
    assertThat(outcomes().count()).as("count").isEqualTo(rows(ENDS));
    assertThat(outcomes().bytes()).as("bytes").isEqualTo(bytes);
  }

  private int rows(byte[] prefix) {
    int count = 0;
    try (StorageIterator rows = storage().iterate(ColumnFamily.META)) {
      for (rows.seek(prefix); hasPrefix(rows, prefix); rows.next()) {
        count++;
      }
    }
    return count;
  }

  private static boolean hasPrefix(StorageIterator rows, byte[] prefix) {
    return rows.valid() && Arrays.mismatch(rows.key(), prefix) == prefix.length;
  }

  private void writeMeta(String name, byte[] row) {
    storage().write(new StorageBatch().put(ColumnFamily.META, ascii(name), row), WriteSync.SYNCED);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
