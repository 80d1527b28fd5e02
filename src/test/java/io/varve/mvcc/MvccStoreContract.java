package io.varve.mvcc;

import static io.varve.mvcc.TestCommits.delete;
import static io.varve.mvcc.TestCommits.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.CommitRecord;
import io.varve.model.CommitRecord.KeyWrite;
import io.varve.model.Durability;
import io.varve.model.Entry;
import io.varve.model.ErrorCode;
import io.varve.model.HistoryEntry;
import io.varve.model.Key;
import io.varve.model.LostRange;
import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.model.StoreException;
import io.varve.model.StoreFailure;
import io.varve.model.StoreId;
import io.varve.model.StoreState;
import io.varve.model.StoreStatus;
import io.varve.storage.ColumnFamily;
import io.varve.storage.FailingStorageService;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import io.varve.storage.WriteSync;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

/** What {@link MvccStore} must do over every {@link StorageService}. */
@NullMarked
@Timeout(120)
abstract class MvccStoreContract {
  private static final StoreId ID = StoreId.of(0xAB);
  private static final Duration BUDGET = Duration.ofMinutes(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int BLOCK = 16;
  private static final Retention KEEP_ALL = new Retention(1_000, Duration.ofDays(1));
  private static final Retention KEEP_ONE = new Retention(1, Duration.ZERO);

  /** Where the store is. */
  @TempDir Path directory;

  private final ManualClock clock = new ManualClock(1_700_000_000_000L);
  private StoreModel model = new StoreModel();
  private @Nullable FailingStorageService storage;
  private @Nullable MvccStore store;

  /** Opens what is there. */
  abstract StorageService openStorage();

  /** Takes the storage away from under the store, as the end of the process does. */
  abstract void crash(StorageService abandoned);

  /** Begins anew, with an empty directory. */
  abstract void wipe();

  /** Whether syncs matter: whether {@link #powerFailure} does more than {@link #crash}. */
  boolean losesUnsynced() {
    return false;
  }

  /** A crash that also takes back what was not synced. */
  void powerFailure(StorageService abandoned) {
    crash(abandoned);
  }

  @AfterEach
  final void closeStore() {
    if (store != null) {
      store.close();
    } else if (storage != null) {
      storage.close();
    }
  }

  // Recovery.

  @ParameterizedTest
  @EnumSource
  void open_afterACleanClose(Durability durability) {
    MvccStore first = open(settings(durability));
    commit(put("a", "1"), put("b", "1"));
    commit(put("a", "2"), delete("b"));
    reopen(settings(durability));

    model.checkNewest(store());
    model.checkFrom(store(), 0);
    assertThat(store().storeId()).isEqualTo(first.storeId());
    assertThat(store().status().lostRanges()).isEmpty();
    assertThat(commit(put("c", "3"))).as("revisions go on densely").isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(names = {"SYNC_ON_COMMIT", "SYNC_ON_INTERVAL"})
  void open_replaysTheLog(Durability durability) {
    open(settings(durability));
    commit(put("a", "1"));
    store().flush();
    commit(put("a", "2"), put("b", "2"));
    commit(delete("b"));
    reopenAfterCrash(settings(durability));

    model.checkNewest(store());
    model.checkFrom(store(), 0);
    StoreStatus status = store().status();
    assertThat(status.flushed()).isEqualTo(new Revision(1));
    assertThat(status.overlayVersions()).isEqualTo(3);
    assertThat(status.durable()).isEqualTo(new Revision(3));
    assertThat(status.state()).isEqualTo(StoreState.OPEN);
  }

  @Test
  void open_replayIsFlushedWhenItIsLarge() {
    open(settings(Durability.SYNC_ON_COMMIT));
    for (int i = 0; i < 20; i++) {
      commit(put("k" + i % 5, "v" + i));
    }
    MvccSettings small =
        settings(Durability.SYNC_ON_COMMIT).with(new OverlayLimits(1_000, 1_000_000, 100_000));
    reopenAfterCrash(small);

    model.checkNewest(store());
    model.checkFrom(store(), 0);
    assertThat(store().status().flushed().value()).isPositive();
    assertThat(store().overlayBytes()).isLessThan(1_000);
  }

  @Test
  void open_walOffLosesExactlyWhatWasNotFlushed() {
    open(settings(Durability.FLUSH_ONLY));
    commit(put("a", "1"));
    commit(put("a", "2"), put("b", "2"));
    assertThat(store().durable()).isEqualTo(Revision.ZERO);
    store().flush();
    assertThat(store().durable()).isEqualTo(new Revision(2));
    commit(put("a", "3"));
    commit(delete("b"));
    reopenAfterCrash(settings(Durability.FLUSH_ONLY));
    model.loseAbove(2);

    model.checkNewest(store());
    model.checkFrom(store(), 0);
    assertThat(store().status().state()).isEqualTo(StoreState.OPEN);
    assertThat(store().status().lostRanges())
        .containsExactly(new LostRange(new Revision(2), new Revision(BLOCK)));
    StoreException failure =
        StoreFailure.expect(ErrorCode.REVISION_LOST, () -> store().snapshotAt(new Revision(3)));
    assertThat(failure.context()).containsEntry("requested", 3L);
    StoreFailure.expect(ErrorCode.REVISION_LOST, () -> store().snapshotAt(new Revision(BLOCK)));
    assertThat(commit(put("c", "5"))).isEqualTo(BLOCK + 1);
    model.checkNewest(store());
    StoreFailure.expect(ErrorCode.REVISION_LOST, () -> store().snapshotAt(new Revision(3)));
    reopen(settings(Durability.FLUSH_ONLY));
    model.checkNewest(store());
    assertThat(store().status().lostRanges()).hasSize(1);
  }

  @Test
  void open_walOffAndNothingWasFlushed() {
    open(settings(Durability.FLUSH_ONLY));
    commit(put("a", "1"));
    reopenAfterCrash(settings(Durability.FLUSH_ONLY));
    model.loseAbove(0);
    reopenAfterCrash(settings(Durability.FLUSH_ONLY));

    model.checkNewest(store());
    assertThat(store().status().lostRanges())
        .containsExactly(new LostRange(Revision.ZERO, new Revision(BLOCK)));
  }

  @Test
  void open_intervalLosesAtMostWhatWasNotSynced() {
    open(settings(Durability.SYNC_ON_INTERVAL));
    commit(put("a", "1"));
    store().commits().syncLog();
    store().commits().noteSynced();
    assertThat(store().durable()).isEqualTo(new Revision(1));
    commit(put("a", "2"));
    assertThat(store().durable()).isEqualTo(new Revision(1));
    reopenAfterPowerFailure(settings(Durability.SYNC_ON_INTERVAL));
    long recovered = losesUnsynced() ? 1 : 2;
    model.loseAbove(recovered);

    model.checkNewest(store());
    assertThat(store().status().state()).isEqualTo(StoreState.OPEN);
    assertThat(store().status().lostRanges())
        .containsExactly(new LostRange(new Revision(recovered), new Revision(BLOCK)));
  }

  @Test
  void open_syncOnCommitLosesNothing() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    store().flush();
    commit(put("a", "2"));
    reopenAfterPowerFailure(settings(Durability.SYNC_ON_COMMIT));

    model.checkNewest(store());
    assertThat(store().status().lostRanges()).as("nobody saw the others").isEmpty();
  }

  /** With the log on, sorted files must not outrun it. */
  @Test
  void open_powerFailureAfterAFlush() {
    open(settings(Durability.SYNC_ON_INTERVAL));
    commit(put("a", "1"));
    commit(put("a", "2"));
    store().flush();
    assertThat(store().durable()).isEqualTo(new Revision(2));
    reopenAfterPowerFailure(settings(Durability.SYNC_ON_INTERVAL));

    model.checkNewest(store());
    assertThat(store().status().state()).isEqualTo(StoreState.OPEN);
  }

  @ParameterizedTest
  @EnumSource
  void order_neverTheSameRevisionTwice(Durability durability) {
    open(settings(durability));
    long highest = 0;
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 10; i++) {
        long revision = commit(put("k", "round " + round));
        assertThat(revision).isGreaterThan(highest);
        highest = revision;
      }
      if (round == 3) {
        store().flush();
      }
      reopenAfterPowerFailure(settings(durability));
      model.loseAbove(store().visible().value());
      model.checkNewest(store());
    }
  }

  @Test
  void open_otherDurabilityThanBefore() {
    Durability[] forms = Durability.values();
    open(settings(forms[0]));
    for (int i = 0; i < 12; i++) {
      commit(put("k" + i % 3, "v" + i));
      if (i % 2 == 0) {
        store().flush();
        commit(delete("k" + i % 3));
      }
      reopen(settings(forms[(i + i / 3) % 3]));
      model.checkNewest(store());
      model.checkFrom(store(), 0);
    }
  }

  @Test
  void open_syncedFileAboveWhatWasRecovered() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    crash();
    new SyncedFile(directory).write(ID, 9);
    MvccStore lost = open(settings(Durability.SYNC_ON_COMMIT));

    assertThat(lost.status().state()).isEqualTo(StoreState.READ_ONLY);
    assertThat(lost.status().stateReason()).contains("9").contains("accept-data-loss");
    model.checkNewest(lost);
    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, lost.commits()::requireWritable);
    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, lost::flush);
    StoreFailure.expect(
        ErrorCode.STORE_UNAVAILABLE, () -> lost.prune(PruneRequest.scheduled(BUDGET)));
    assertThat(new SyncedFile(directory).read(ID)).as("it is still known").isEqualTo(9);
    reopen(settings(Durability.SYNC_ON_COMMIT));
    assertThat(store().status().state()).isEqualTo(StoreState.READ_ONLY);

    reopen(settings(Durability.SYNC_ON_COMMIT).acceptingDataLoss());
    assertThat(store().status().state()).isEqualTo(StoreState.OPEN);
    assertThat(store().status().lostRanges())
        .containsExactly(new LostRange(new Revision(1), new Revision(BLOCK)));
    model.checkNewest(store());
    assertThat(commit(put("a", "2"))).isEqualTo(BLOCK + 1);
    reopen(settings(Durability.SYNC_ON_COMMIT));
    assertThat(store().status().state()).isEqualTo(StoreState.OPEN);
    model.checkNewest(store());
  }

  @Test
  void open_acceptedLossOfEverything() {
    open(settings(Durability.SYNC_ON_COMMIT));
    crash();
    new SyncedFile(directory).write(ID, 9);
    open(settings(Durability.SYNC_ON_COMMIT).acceptingDataLoss());
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT));

    assertThat(store().status().state()).as("accepted once is enough").isEqualTo(StoreState.OPEN);
    assertThat(commit(put("a", "1"))).isGreaterThan(9);
    model.checkNewest(store());
  }

  @Test
  void open_flushedRevisionAboveTheLog() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    commit(put("a", "2"));
    store().flush();
    storage().deleteRange(ColumnFamily.LOG, LogRecordCodec.key(2), LogRecordCodec.key(99));
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT));

    assertThat(store().status().state()).isEqualTo(StoreState.READ_ONLY);
    model.checkNewest(store());
    reopen(settings(Durability.SYNC_ON_COMMIT).acceptingDataLoss());
    commit(put("a", "3"));
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT));
    assertThat(store().status().state()).isEqualTo(StoreState.OPEN);
    model.checkNewest(store());
  }

  /**
   * The floor of a flush is on disk before its versions are; the commits themselves may be lost.
   */
  @Test
  void open_floorAboveWhatWasRecovered() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    commit(put("a", "2"));
    storage().deleteRange(ColumnFamily.LOG, LogRecordCodec.key(2), LogRecordCodec.key(99));
    new StoreMeta(storage()).writePrunedTo(2);
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT).acceptingDataLoss());
    model.loseAbove(1);

    model.checkNewest(store());
    try (Snapshot newest = store().snapshot()) {
      model.check(newest);
    }
  }

  @Test
  void open_recordIsMissing() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    commit(put("a", "2"));
    commit(put("a", "3"));
    storage().deleteRange(ColumnFamily.LOG, LogRecordCodec.key(2), LogRecordCodec.key(3));
    crash();

    StoreFailure.expect(
        ErrorCode.STORAGE_CORRUPTED, () -> open(settings(Durability.SYNC_ON_COMMIT)));
  }

  @Test
  void open_unknownFormat() {
    open(settings(Durability.SYNC_ON_COMMIT));
    storage()
        .write(
            new StorageBatch()
                .put(
                    ColumnFamily.META,
                    "format".getBytes(StandardCharsets.US_ASCII),
                    new byte[] {0, 0, 0, 9}),
            WriteSync.SYNCED);
    crash();

    StoreException failure =
        StoreFailure.expect(
            ErrorCode.UNKNOWN_FORMAT, () -> open(settings(Durability.SYNC_ON_COMMIT)));
    assertThat(failure.context()).containsEntry("found", "9").containsEntry("known", "2");
    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, storage()::syncWal);
  }

  @Test
  void close_twice() {
    MvccStore closed = open(settings(Durability.SYNC_ON_COMMIT));
    closed.close();
    closed.close();

    StoreFailure.expect(ErrorCode.SHUTTING_DOWN, closed::snapshot);
    StoreFailure.expect(ErrorCode.SHUTTING_DOWN, closed.commits()::requireWritable);
  }

  // Reading.

  @Test
  void snapshotAt_revisionInFuture() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));

    StoreException failure =
        StoreFailure.expect(
            ErrorCode.REVISION_IN_FUTURE, () -> store().snapshotAt(new Revision(2)));
    assertThat(failure.context()).containsEntry("requested", 2L).containsEntry("current", 1L);
  }

  @Test
  void snapshotAt_orderedAndNotVisible() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    Commit ordered = order(put("a", "2"));

    StoreFailure.expect(ErrorCode.REVISION_IN_FUTURE, () -> store().snapshotAt(new Revision(2)));
    model.checkNewest(store());
    assertThat(store().commits().newestWriteAbove(Key.of("a"), 1)).isEqualTo(2);
    try (Snapshot speculative = store().snapshotOfOrdered()) {
      assertThat(text(speculative.get(Key.of("a")))).isEqualTo("2");
    }
    store().commits().log(List.of(ordered));
    store().commits().publish(ordered);
    model.committed(2, put("a", "2"));
    model.checkNewest(store());
  }

  @Test
  void snapshotOfOrdered_readOnly() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    order(put("a", "2"));
    store().commits().becomeReadOnly("the test says so", new IllegalStateException());

    try (Snapshot snapshot = store().snapshotOfOrdered()) {
      assertThat(snapshot.revision()).as("revision 2 never becomes visible").isEqualTo(rev(1));
    }
  }

  /** Exact while the record is in the log; once it is trimmed, the end of the second before. */
  @ParameterizedTest
  @ValueSource(strings = {"unflushed", "flushed", "reopened", "trimmed"})
  void snapshotAt_time(String where) {
    MvccSettings settings = settings(Durability.SYNC_ON_COMMIT);
    if (where.equals("trimmed")) {
      settings = settings.with(new LogRetention(Duration.ZERO, 0)).with(new Retention(99, MINUTE));
    }
    open(settings);
    commitAt(1_700_000_010_000L, put("a", "1"));
    commitAt(1_700_000_010_400L, put("a", "2"));
    commitAt(1_700_000_010_400L, put("a", "3"));
    flushUnless(where);
    commitAt(1_700_000_010_900L, put("a", "4"));
    commitAt(1_700_000_012_000L, put("a", "5"));
    flushUnless(where);
    clock.set(1_700_009_000_000L);
    if (where.equals("reopened")) {
      reopen(settings);
    } else if (where.equals("trimmed")) {
      commit(put("b", "6"));
      store().flush();
      clock.set(1_700_019_000_000L);
      PruneResult result = store().prune(PruneRequest.scheduled(BUDGET));
      assertThat(result.logRecordsUpTo()).isEqualTo(rev(6));
    }

    boolean trimmed = where.equals("trimmed");
    assertThat(revisionAt(1_700_000_009_999L)).as("before the first commit").isZero();
    assertThat(revisionAt(1_700_000_010_000L)).isEqualTo(trimmed ? 0 : 1);
    assertThat(revisionAt(1_700_000_010_399L)).isEqualTo(trimmed ? 0 : 1);
    assertThat(revisionAt(1_700_000_010_400L)).isEqualTo(trimmed ? 0 : 3);
    assertThat(revisionAt(1_700_000_010_899L)).isEqualTo(trimmed ? 0 : 3);
    assertThat(revisionAt(1_700_000_010_900L)).isEqualTo(trimmed ? 0 : 4);
    assertThat(revisionAt(1_700_000_011_000L)).isEqualTo(4);
    assertThat(revisionAt(1_700_000_011_999L)).isEqualTo(4);
    assertThat(revisionAt(1_700_000_012_000L)).isEqualTo(trimmed ? 4 : 5);
    assertThat(revisionAt(1_700_000_013_000L)).isEqualTo(5);
    assertThat(revisionAt(-1)).as("before 1970").isZero();
    assertThat(revisionAt(Long.MIN_VALUE / 2)).isZero();
    try (Snapshot snapshot = store().snapshot()) {
      List<HistoryEntry> history = snapshot.history(Key.of("a"), 9);
      assertThat(history).hasSize(5);
      assertThat(history.getFirst().time()).isEqualTo(Instant.ofEpochMilli(1_700_000_012_000L));
      assertThat(history.get(1).time())
          .isEqualTo(Instant.ofEpochMilli(trimmed ? 1_700_000_010_000L : 1_700_000_010_900L));
    }
  }

  private void flushUnless(String where) {
    if (!where.equals("unflushed")) {
      store().flush();
    }
  }

  private long revisionAt(long timeMs) {
    try (Snapshot snapshot = store().snapshotAt(Instant.ofEpochMilli(timeMs))) {
      model.check(snapshot);
      return snapshot.revision().value();
    }
  }

  @Test
  void snapshotAt_timeBeforeTheFirstCommit() {
    open(settings(Durability.SYNC_ON_COMMIT));

    assertThat(revisionAt(clock.millis())).isZero();
  }

  @Test
  void history_overlayAndFiles() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    commit(delete("a"));
    store().flush();
    commit(put("a", "3"));
    Commit invisible = order(put("a", "4"));

    assertThat(history("a", 9)).containsExactly("3=3", "2=-", "1=1");
    assertThat(history("a", 2)).containsExactly("3=3", "2=-");
    assertThat(history("b", 9)).isEmpty();
    try (Snapshot snapshot = store().snapshotAt(rev(1))) {
      assertThat(snapshot.history(Key.of("a"), 9)).hasSize(1);
    }
    store().commits().log(List.of(invisible));
    store().commits().publish(invisible);
    store().flush();
    assertThat(history("a", 9)).containsExactly("4=4", "3=3", "2=-", "1=1");
  }

  // Flush.

  @Test
  void flush_nothingToDo() {
    open(settings(Durability.SYNC_ON_COMMIT));

    FlushResult result = store().flush();

    assertThat(result.commits()).isZero();
    assertThat(result.flushed()).isEqualTo(Revision.ZERO);
  }

  @ParameterizedTest
  @EnumSource
  void flush_readsStayTheSame(Durability durability) {
    open(settings(durability));
    commit(put("a", "1"), put("b", "1"));
    commit(put("a", "2"), delete("b"));
    commit(new Write(Key.wrap(new byte[] {0, 0, (byte) 0xFF}), null), put("c", ""));
    List<String> before = history("a", 9);
    try (Snapshot old = store().snapshotAt(rev(1))) {
      FlushResult result = store().flush();

      assertThat(result.flushed()).isEqualTo(rev(3));
      assertThat(result.commits()).isEqualTo(3);
      assertThat(result.keys()).isEqualTo(4);
      assertThat(result.versions()).isEqualTo(6);
      assertThat(result.collapsed()).isZero();
      model.check(old);
    }
    model.checkFrom(store(), 0);
    assertThat(history("a", 9)).isEqualTo(before);
    assertThat(store().overlayBytes()).isZero();
  }

  @Test
  void flush_collapsesWhatNobodyNeeds() {
    open(settings(Durability.SYNC_ON_COMMIT).with(KEEP_ONE));
    for (int i = 1; i <= 10; i++) {
      commit(put("hot", "v" + i), put("k" + i, "v"));
    }
    try (Snapshot held = store().snapshotAt(rev(4))) {
      FlushResult result = store().flush();

      assertThat(result.collapsed()).isEqualTo(8);
      assertThat(result.versions()).isEqualTo(12);
      assertThat(store().status().prunedTo()).isEqualTo(rev(10));
      model.check(held);
      model.checkAt(store(), 4);
      StoreException failure =
          StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> store().snapshotAt(rev(5)));
      assertThat(failure.context()).containsEntry("oldestRevision", 10L);
    }
    StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> store().snapshotAt(rev(4)));
    model.checkNewest(store());
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT).with(KEEP_ONE));
    StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> store().snapshotAt(rev(5)));
    model.checkNewest(store());
    model.checkAt(store(), 0);
  }

  @Test
  void flush_keepsWhatTheRuleKeeps() {
    open(settings(Durability.SYNC_ON_COMMIT).with(new Retention(2, MINUTE)));
    commit(put("a", "1"));
    commit(put("a", "2"));
    commit(put("a", "3"));
    clock.advance(Duration.ofMinutes(5));
    commit(put("a", "4"));
    commit(put("a", "5"));

    FlushResult result = store().flush();

    assertThat(result.collapsed()).as("3 was superseded just now").isEqualTo(2);
    assertThat(history("a", 9)).containsExactly("5=5", "4=4", "3=3");
    assertThat(store().status().prunedTo()).isEqualTo(rev(3));
    model.checkFrom(store(), 3);
  }

  @Test
  void flush_tombstonesSurviveACollapse() {
    open(settings(Durability.SYNC_ON_COMMIT).with(KEEP_ONE));
    commit(put("a", "1"));
    store().flush();
    commit(put("a", "2"));
    commit(delete("a"));
    store().flush();

    model.checkNewest(store());
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT));
    model.checkNewest(store());
  }

  @Test
  void flush_aKeepAgeBeforeTheEpoch() {
    Duration ages = Duration.ofDays(365_000);
    open(settings(Durability.SYNC_ON_COMMIT).with(new Retention(1, ages)));
    commit(put("a", "1"));
    store().flush();
    commit(put("a", "2"));
    commit(put("a", "3"));
    store().flush();
    store().prune(PruneRequest.scheduled(BUDGET));

    model.checkFrom(store(), 0);
  }

  /**
   * Whatever call of a flush fails, before or after its effect: the running store goes on answering
   * right, a second flush makes up for it, and a start afterwards finds what was acknowledged.
   */
  @ParameterizedTest
  @CsvSource({
    "SYNC_ON_COMMIT, false",
    "SYNC_ON_COMMIT, true",
    "SYNC_ON_INTERVAL, false",
    "FLUSH_ONLY, false",
    "FLUSH_ONLY, true"
  })
  void flush_failsAtEveryStep(Durability durability, boolean afterEffect) {
    int calls = 0;
    for (boolean again : new boolean[] {false, true}) {
      boolean failed = true;
      for (int call = 1; failed; call++) {
        failed = flushFailsAt(call, settings(durability).with(KEEP_ONE), afterEffect, again);
        calls += failed ? 1 : 0;
        store().close();
        wipe();
        new SyncedFile(directory).write(ID, 0);
        model = new StoreModel();
      }
    }
    assertThat(calls).as("sync or log, metadata twice, versions").isGreaterThanOrEqualTo(8);
  }

  private boolean flushFailsAt(
      int call, MvccSettings settings, boolean afterEffect, boolean again) {
    boolean failed;
    open(settings);
    commit(put("a", "1"), put("b", "1"));
    store().flush();
    commit(put("a", "2"), delete("b"));
    commit(put("a", "3"), put("c", "3"));
    commit(put("a", "4"), delete("c"));
    try (Snapshot held = store().snapshotAt(rev(2))) {
      storage().failAt(call, afterEffect);
      failed = isRefused(store()::flush);
      assertThat(failed).isEqualTo(storage().hasFailed());
      storage().failAt(0, false);
      model.check(held);
      model.checkNewest(store());
      if (again && store().status().state() == StoreState.OPEN) {
        store().flush();
        assertThat(store().status().flushed()).isEqualTo(rev(4));
        model.check(held);
        model.checkNewest(store());
      }
    }
    boolean flushed = store().status().flushed().equals(rev(4));
    reopenAfterCrash(settings);
    long recovered = store().visible().value();
    if (settings.durability().usesLog() || flushed) {
      assertThat(recovered).as("call %d", call).isEqualTo(4);
    } else {
      assertThat(recovered).as("call %d", call).isIn(1L, 4L);
    }
    model.loseAbove(recovered);
    model.checkNewest(store());
    assertThat(store().status().state()).isEqualTo(StoreState.OPEN);
    long next = commit(put("a", "5"));
    assertThat(next).isGreaterThan(4);
    store().flush();
    reopenAfterCrash(settings);
    model.checkNewest(store());
    return failed;
  }

  private static boolean isRefused(Runnable work) {
    try {
      work.run();
      return false;
    } catch (StoreException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_IO);
      return true;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SYNC_ON_COMMIT", "SYNC_ON_INTERVAL"})
  void flush_failedSyncIsNotTriedAgain(Durability durability) {
    open(settings(durability));
    commit(put("a", "1"));
    storage().failAt(1, false);

    StoreFailure.expect(ErrorCode.STORAGE_IO, store()::flush);

    assertThat(store().status().state()).isEqualTo(StoreState.READ_ONLY);
    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, store()::flush);
    model.checkNewest(store());
  }

  @Test
  void order_failedCeilingIsNotTriedAgain() {
    open(settings(Durability.SYNC_ON_COMMIT));
    storage().failAt(1, false);

    StoreFailure.expect(ErrorCode.STORAGE_IO, () -> order(put("a", "1")));

    assertThat(store().status().state()).isEqualTo(StoreState.READ_ONLY);
    model.checkNewest(store());
  }

  // Prune.

  @Test
  void prune_bothRulesHold() {
    open(settings(Durability.SYNC_ON_COMMIT).with(new Retention(2, MINUTE)));
    for (int i = 1; i <= 4; i++) {
      commit(put("a", "v" + i));
      store().flush();
    }
    assertThat(prune().versions()).as("superseded just now").isZero();
    clock.advance(Duration.ofMinutes(2));
    commit(put("b", "5"));

    PruneResult result = prune();

    assertThat(result.versions()).isEqualTo(2);
    assertThat(result.prunedTo()).isEqualTo(rev(3));
    assertThat(result.complete()).isTrue();
    assertThat(history("a", 9)).containsExactly("4=v4", "3=v3");
    model.checkFrom(store(), 3);
    StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> store().snapshotAt(rev(2)));
    model.checkAt(store(), 0);
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT).with(new Retention(2, MINUTE)));
    model.checkFrom(store(), 3);
    assertThat(history("a", 9)).containsExactly("4=v4", "3=v3");
  }

  @Test
  void prune_deletedKeysVanishWithTheirTombstones() {
    open(settings(Durability.SYNC_ON_COMMIT).with(new Retention(5, MINUTE)));
    commit(put("a", "1"), put("b", "1"));
    store().flush();
    commit(delete("a"));
    store().flush();
    clock.advance(Duration.ofMinutes(2));

    assertThat(prune().versions()).isEqualTo(2);

    assertThat(history("a", 9)).isEmpty();
    assertThat(rows()).containsExactly("b@1");
    model.checkFrom(store(), 2);
    model.checkNewest(store());
  }

  @Test
  void prune_tombstoneUnderAnUnflushedVersionStays() {
    open(settings(Durability.SYNC_ON_COMMIT).with(new Retention(5, MINUTE)));
    commit(put("a", "1"));
    commit(delete("a"));
    store().flush();
    commit(put("a", "3"));
    clock.advance(Duration.ofMinutes(2));

    assertThat(prune().versions()).isZero();
    assertThat(history("a", 9)).containsExactly("3=3", "2=-", "1=1");
    model.checkFrom(store(), 0);
  }

  @Test
  void prune_aReaderKeepsItsVersions() {
    open(settings(Durability.SYNC_ON_COMMIT).with(KEEP_ONE));
    commit(put("a", "1"), put("b", "1"));
    store().flush();
    try (Snapshot reader = store().snapshot()) {
      commit(put("a", "2"), delete("b"));
      store().flush();
      commit(put("a", "3"), put("c", "3"));
      store().flush();

      PruneResult result = prune();

      assertThat(result.versions()).as("only a@2 is nobody's").isEqualTo(1);
      assertThat(result.prunedTo()).isEqualTo(rev(3));
      assertThat(result.position()).as("not past the record that is deferred").isLessThan(rev(2));
      model.check(reader);
      assertThat(prune().versions()).isZero();
      model.check(reader);
    }
    PruneResult result = prune();
    assertThat(result.versions()).as("a@1, and b with its tombstone").isEqualTo(3);
    assertThat(result.position()).isEqualTo(rev(3));
    assertThat(rows()).containsExactly("a@3", "c@3");
    model.checkNewest(store());
  }

  @Test
  void prune_deferredKeysAreFoundAfterARestart() {
    MvccSettings settings =
        settings(Durability.SYNC_ON_COMMIT).with(KEEP_ONE).with(new LogRetention(Duration.ZERO, 0));
    open(settings);
    commit(put("a", "1"));
    store().flush();
    Snapshot reader = store().snapshot();
    commit(put("a", "2"));
    store().flush();
    commit(put("b", "3"));
    store().flush();
    commit(put("b", "4"));
    store().flush();
    clock.advance(MINUTE);
    assertThat(prune().versions()).as("b@3").isEqualTo(1);
    assertThat(logged()).as("the deferred record stays in the log").contains(2L);
    reader.close();
    reopenAfterCrash(settings);

    assertThat(prune().versions()).as("a@1").isEqualTo(1);
    assertThat(rows()).containsExactly("a@2", "b@4");
    assertThat(logged()).containsExactly(4L);
    reopen(settings);
    model.checkNewest(store());
  }

  @Test
  void prune_dryRunChangesNothing() {
    open(settings(Durability.SYNC_ON_COMMIT));
    for (int i = 1; i <= 5; i++) {
      commit(put("a", "v" + i), put("b" + i, "v"));
      store().flush();
    }
    commit(delete("b1"));
    store().flush();
    List<String> before = rows();

    PruneResult dry = store().prune(new PruneRequest(KEEP_ONE, true, BUDGET));

    assertThat(dry.dryRun()).isTrue();
    assertThat(dry.versions()).isEqualTo(6);
    assertThat(dry.complete()).isTrue();
    assertThat(rows()).isEqualTo(before);
    assertThat(new StoreMeta(storage()).fullPrune()).isNull();
    assertThat(store().status().prunedTo()).isEqualTo(Revision.ZERO);
    model.checkFrom(store(), 0);
    PruneResult real = store().prune(new PruneRequest(KEEP_ONE, false, BUDGET));
    assertThat(real.versions()).isEqualTo(dry.versions());
    assertThat(real.bytes()).isEqualTo(dry.bytes());
    assertThat(real.keys()).isEqualTo(dry.keys());
    model.checkNewest(store());
  }

  @Test
  void prune_stricterRuleLooksAtEverything() {
    open(settings(Durability.SYNC_ON_COMMIT).with(new Retention(4, Duration.ZERO)));
    for (int i = 1; i <= 6; i++) {
      commit(put("a", "v" + i));
      store().flush();
    }
    prune();
    assertThat(history("a", 9)).hasSize(4);
    MvccSettings stricter =
        settings(Durability.SYNC_ON_COMMIT).with(new Retention(2, Duration.ZERO));
    reopen(stricter);

    PruneResult hurried = store().prune(PruneRequest.scheduled(Duration.ZERO));
    assertThat(hurried.complete()).as("no time").isFalse();
    assertThat(history("a", 9)).hasSize(4);
    reopenAfterCrash(stricter);
    assertThat(prune().complete()).isTrue();

    assertThat(history("a", 9)).containsExactly("6=v6", "5=v5");
    assertThat(new StoreMeta(storage()).fullPrune()).isNull();
    model.checkFrom(store(), 5);
  }

  @Test
  void prune_fullScanComesBackForWhatASnapshotHeld() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    store().flush();
    commit(put("a", "2"));
    store().flush();
    PruneRequest strict = new PruneRequest(KEEP_ONE, false, BUDGET);
    try (Snapshot reader = store().snapshotAt(rev(1))) {
      PruneResult held = store().prune(strict);
      assertThat(held.versions()).isZero();
      assertThat(held.complete()).isFalse();
      model.check(reader);
    }
    PruneResult result = prune();

    assertThat(result.versions()).isEqualTo(1);
    assertThat(result.complete()).isTrue();
    assertThat(rows()).containsExactly("a@2");
  }

  @Test
  void prune_manyKeysTakeSeveralSteps() {
    open(settings(Durability.SYNC_ON_COMMIT).with(KEEP_ONE));
    int keys = 4_500;
    for (int round = 0; round < 2; round++) {
      Write[] writes = new Write[keys];
      for (int i = 0; i < keys; i++) {
        writes[i] = i % 3 == 0 && round == 1 ? delete("k" + i) : put("k" + i, "v" + round);
      }
      commit(writes);
      store().flush();
    }

    PruneResult result = prune();

    assertThat(result.complete()).isTrue();
    assertThat(result.versions()).isEqualTo(keys + keys / 3);
    model.checkNewest(store());
    assertThat(rows()).hasSize(keys - keys / 3);
  }

  @Test
  void prune_fullScanOfManyKeys() {
    open(settings(Durability.SYNC_ON_COMMIT));
    int keys = 4_500;
    for (int round = 0; round < 2; round++) {
      Write[] writes = new Write[keys];
      for (int i = 0; i < keys; i++) {
        writes[i] = put("k" + i, "v" + round);
      }
      commit(writes);
      store().flush();
    }

    PruneResult result = store().prune(new PruneRequest(KEEP_ONE, false, BUDGET));

    assertThat(result.complete()).isTrue();
    assertThat(result.keys()).isEqualTo(keys);
    assertThat(result.versions()).isEqualTo(keys);
    model.checkNewest(store());
  }

  @Test
  void prune_trimsTheLogAndLeavesTheLastRecord() {
    MvccSettings settings =
        settings(Durability.SYNC_ON_COMMIT).with(KEEP_ONE).with(new LogRetention(MINUTE, 1L << 30));
    open(settings);
    for (int i = 1; i <= 3; i++) {
      commit(put("a", "v" + i));
      store().flush();
    }
    prune();
    assertThat(logged()).as("not old enough").containsExactly(1L, 2L, 3L);
    clock.advance(Duration.ofMinutes(2));

    PruneResult result = prune();

    assertThat(logged()).containsExactly(3L);
    assertThat(result.logRecordsUpTo()).isEqualTo(rev(3));
    reopenAfterCrash(settings);
    assertThat(store().status().state()).isEqualTo(StoreState.OPEN);
    model.checkNewest(store());
    commit(put("a", "v4"));
    reopenAfterCrash(settings);
    model.checkNewest(store());
  }

  @Test
  void prune_logAboveItsPositionStays() {
    MvccSettings settings =
        settings(Durability.SYNC_ON_COMMIT)
            .with(new Retention(1, Duration.ofHours(1)))
            .with(new LogRetention(Duration.ZERO, 0));
    open(settings);
    for (int i = 1; i <= 3; i++) {
      commit(put("a", "v" + i));
      store().flush();
    }
    clock.advance(MINUTE);

    prune();

    assertThat(logged()).as("prune has not looked at them").containsExactly(1L, 2L, 3L);
  }

  @Test
  void prune_byHand_leavesTheLogWhatItHasNotLookedAt() {
    openWithYoungVersions();

    PruneResult result = store().prune(new PruneRequest(null, false, BUDGET));

    assertThat(logged()).containsExactly(1L, 2L, 3L, 4L);
    assertThat(result.versions()).isZero();
  }

  @Test
  void prune_byHandAndAStricterRule_letsTheLogGo() {
    MvccSettings settings = openWithYoungVersions();

    PruneResult result = store().prune(new PruneRequest(KEEP_ONE, false, BUDGET));

    assertThat(result.position()).isEqualTo(rev(4));
    assertThat(result.complete()).isTrue();
    assertThat(logged()).containsExactly(4L);
    assertThat(rows()).containsExactly("a@3", "b@4");
    assertThat(new StoreMeta(storage()).fullPrune()).isNull();
    reopenAfterCrash(settings);
    model.checkNewest(store());
    commit(put("a", "v4"));
    reopenAfterCrash(settings);
    model.checkNewest(store());
  }

  /** It keeps more versions than the settings, so it has not looked at things for them. */
  @Test
  void prune_byHandAndARuleWithMoreVersions_leavesTheLog() {
    openWithYoungVersions();

    store().prune(new PruneRequest(new Retention(2, Duration.ZERO), false, BUDGET));

    assertThat(rows()).containsExactly("a@3", "a@2", "b@4");
    assertThat(logged()).containsExactly(1L, 2L, 3L, 4L);
  }

  /** The log can no longer name what becomes old enough, so a scan must find it. */
  @ParameterizedTest
  @ValueSource(strings = {"running", "pruned", "crashed", "crashed and pruned"})
  void prune_makingRoom_forgetsNothing(String how) {
    MvccSettings settings = openWithYoungVersions();

    PruneResult result = store().prune(PruneRequest.makingRoom(BUDGET));

    assertThat(logged()).containsExactly(4L);
    assertThat(result.logRecordsUpTo()).isEqualTo(rev(4));
    assertThat(result.complete()).isFalse();
    assertThat(rows()).containsExactly("a@3", "a@2", "a@1", "b@4");
    model.checkFrom(store(), 0);
    if (how.contains("crashed")) {
      reopenAfterCrash(settings);
    }
    if (how.contains("pruned")) {
      assertThat(prune().versions()).as("they are too young").isZero();
    }
    if (how.equals("crashed and pruned")) {
      reopenAfterCrash(settings);
    }
    clock.advance(Duration.ofHours(2));
    assertThat(prune().versions()).isEqualTo(2);
    assertThat(prune().complete()).isTrue();
    assertThat(new StoreMeta(storage()).fullPrune()).isNull();
    assertThat(rows()).containsExactly("a@3", "b@4");
    model.checkNewest(store());
  }

  /** Three of a, none of which the newest record of the log names. */
  private MvccSettings openWithYoungVersions() {
    MvccSettings settings =
        settings(Durability.SYNC_ON_COMMIT).with(new Retention(1, Duration.ofHours(1)));
    open(settings);
    for (int i = 1; i <= 3; i++) {
      commit(put("a", i + "x".repeat(1_000)));
      store().flush();
    }
    commit(put("b", "x"));
    store().flush();
    clock.advance(MINUTE);
    return settings;
  }

  @Test
  void prune_readsAndHistoryAgree() {
    open(settings(Durability.SYNC_ON_COMMIT).with(new Retention(2, Duration.ZERO)));
    for (int i = 1; i <= 30; i++) {
      commit(i % 4 == 0 ? delete("k" + i % 7) : put("k" + i % 7, "v" + i), put("x", "v" + i));
      if (i % 5 == 0) {
        store().flush();
      }
      if (i % 10 == 0) {
        prune();
      }
      model.checkFrom(store(), store().status().prunedTo().value());
      model.checkNewest(store());
      try (Snapshot snapshot = store().snapshot()) {
        for (int k = 0; k < 7; k++) {
          Entry entry = snapshot.get(Key.of("k" + k));
          List<HistoryEntry> history = snapshot.history(Key.of("k" + k), 1);
          HistoryEntry newest = history.isEmpty() ? null : history.getFirst();
          assertThat(newest == null || newest.value() == null ? null : newest.value())
              .isEqualTo(entry == null ? null : entry.value());
        }
      }
    }
  }

  // What commits did.

  @ParameterizedTest
  @EnumSource
  void commit_isToldFromOverlayAndLog(Durability durability) {
    open(settings(durability));
    clock.set(1_000);
    long first = commit(put("a", "1"), delete("b"), put("c", "1"));
    CommitRecord expected =
        new CommitRecord(
            rev(first),
            Instant.ofEpochMilli(1_000),
            null,
            null,
            List.of(
                new KeyWrite(Key.of("a"), false),
                new KeyWrite(Key.of("b"), true),
                new KeyWrite(Key.of("c"), false)),
            false);
    assertThat(store().commit(rev(first), _ -> true, 3)).as("unflushed").isEqualTo(expected);
    store().flush();
    reopen(settings(durability));
    assertThat(store().commit(rev(first), _ -> true, 3)).as("from the log").isEqualTo(expected);

    CommitRecord cut = store().commit(rev(first), _ -> true, 2);
    assertThat(cut.writes()).isEqualTo(expected.writes().subList(0, 2));
    assertThat(cut.more()).isTrue();
  }

  @Test
  void commit_tellsIdAndLabel() {
    open(settings(Durability.FLUSH_ONLY));
    store().commits().lock().lock();
    try {
      Commit commit =
          store().commits().order("id", "label", store().commits().prepare(List.of(put("a", "1"))));
      store().commits().publish(commit);
    } finally {
      store().commits().lock().unlock();
    }

    CommitRecord record = store().commit(rev(1), _ -> true, 1);
    assertThat(record.transactionId()).isEqualTo("id");
    assertThat(record.label()).isEqualTo("label");
    assertThat(record.more()).isFalse();
  }

  @Test
  void commit_tellsOnlyWhatIsShown() {
    open(settings(Durability.FLUSH_ONLY));
    store().commits().lock().lock();
    try {
      List<Write> writes = List.of(put("a", "1"), put("b", "1"), put("c", "1"));
      Commit commit = store().commits().order("id", "label", store().commits().prepare(writes));
      store().commits().publish(commit);
    } finally {
      store().commits().lock().unlock();
    }

    CommitRecord part = store().commit(rev(1), key -> !key.equals(Key.of("b")), 2);
    assertThat(part.writes()).extracting(KeyWrite::key).containsExactly(Key.of("a"), Key.of("c"));
    assertThat(part.more()).as("what is hidden does not count").isFalse();
    assertThat(part.label()).isEqualTo("label");
    assertThat(store().commit(rev(1), _ -> false, 2))
        .isEqualTo(new CommitRecord(rev(1), part.time(), null, null, List.of(), false));
  }

  @Test
  void commit_notVisibleYet() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    Commit ordered = order(put("a", "2"));

    StoreFailure.expect(ErrorCode.REVISION_IN_FUTURE, () -> store().commit(rev(2), _ -> true, 1));

    store().commits().log(List.of(ordered));
    store().commits().publish(ordered);
    assertThat(store().commit(rev(2), _ -> true, 1).writes()).hasSize(1);
    StoreFailure.expect(ErrorCode.REVISION_IN_FUTURE, () -> store().commit(rev(3), _ -> true, 1));
  }

  @Test
  void commit_zeroIsNone() {
    open(settings(Durability.SYNC_ON_COMMIT));

    StoreFailure.expect(ErrorCode.NOT_FOUND, () -> store().commit(rev(0), _ -> true, 1));
    commit(put("a", "1"));
    StoreFailure.expect(ErrorCode.NOT_FOUND, () -> store().commit(rev(0), _ -> true, 1));
  }

  @Test
  void commit_trimmed() {
    MvccSettings settings =
        settings(Durability.SYNC_ON_COMMIT).with(KEEP_ONE).with(new LogRetention(MINUTE, 1L << 30));
    open(settings);
    for (int i = 1; i <= 3; i++) {
      commit(put("a", "v" + i));
      store().flush();
    }
    clock.advance(Duration.ofMinutes(2));
    prune();
    reopen(settings);

    StoreException gone =
        StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> store().commit(rev(2), _ -> true, 1));
    assertThat(gone.context()).containsEntry("oldestRevision", 3L).containsEntry("requested", 2L);
    assertThat(store().commit(rev(3), _ -> true, 1).writes()).hasSize(1);
    StoreFailure.expect(ErrorCode.NOT_FOUND, () -> store().commit(rev(0), _ -> true, 1));
  }

  /** Revisions reserved for commits that never came are left out, and were not lost either. */
  @Test
  void commit_ofAGap() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT));
    long next = commit(put("a", "2"));
    assertThat(next).isEqualTo(BLOCK + 1);
    assertThat(store().status().lostRanges()).isEmpty();

    StoreFailure.expect(ErrorCode.NOT_FOUND, () -> store().commit(rev(2), _ -> true, 1));
    StoreFailure.expect(ErrorCode.NOT_FOUND, () -> store().commit(rev(BLOCK), _ -> true, 1));
    assertThat(store().commit(rev(next), _ -> true, 1).revision()).isEqualTo(rev(next));
    assertThat(store().commit(rev(1), _ -> true, 1).revision()).isEqualTo(rev(1));
  }

  /** What is below the oldest record was trimmed only up to the commit before that one. */
  @Test
  void commit_ofAGapBelowTheOldestRecord() {
    MvccSettings settings =
        settings(Durability.SYNC_ON_COMMIT).with(KEEP_ONE).with(new LogRetention(MINUTE, 1L << 30));
    open(settings);
    commit(put("a", "1"));
    store().flush();
    reopenAfterCrash(settings);
    long next = commit(put("a", "2"));
    store().flush();
    clock.advance(Duration.ofMinutes(2));
    prune();
    assertThat(logged()).containsExactly(next);

    StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> store().commit(rev(1), _ -> true, 1));
    StoreFailure.expect(ErrorCode.NOT_FOUND, () -> store().commit(rev(2), _ -> true, 1));
    StoreFailure.expect(ErrorCode.NOT_FOUND, () -> store().commit(rev(next - 1), _ -> true, 1));
  }

  @Test
  void commit_lost() {
    open(settings(Durability.FLUSH_ONLY));
    commit(put("a", "1"));
    commit(put("a", "2"));
    store().flush();
    commit(put("a", "3"));
    reopenAfterCrash(settings(Durability.FLUSH_ONLY));
    model.loseAbove(2);
    commit(put("a", "4"));

    StoreFailure.expect(ErrorCode.REVISION_LOST, () -> store().commit(rev(3), _ -> true, 1));
    assertThat(store().commit(rev(2), _ -> true, 1).revision()).isEqualTo(rev(2));
  }

  @Test
  void compact_afterClose() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    store().compact();
    store().close();

    StoreFailure.expect(ErrorCode.SHUTTING_DOWN, store()::compact);
  }

  // What the tests use.

  static MvccSettings settings(Path directory, Durability durability) {
    return new MvccSettings(
        directory,
        durability,
        new OverlayLimits(16 << 20, 1_000_000, 64 << 20),
        1 << 20,
        KEEP_ALL,
        new LogRetention(Duration.ofDays(1), 1L << 30),
        false,
        BLOCK);
  }

  private MvccSettings settings(Durability durability) {
    return settings(directory, durability);
  }

  private MvccStore open(MvccSettings settings) {
    FailingStorageService opened = new FailingStorageService(openStorage());
    storage = opened;
    store = null;
    store = MvccStore.open(opened, settings, clock, ID, MvccListener.NONE);
    return store;
  }

  private void reopen(MvccSettings settings) {
    store().close();
    open(settings);
  }

  private void crash() {
    store = null;
    crash(storage());
  }

  private void reopenAfterCrash(MvccSettings settings) {
    crash();
    open(settings);
  }

  private void reopenAfterPowerFailure(MvccSettings settings) {
    store = null;
    powerFailure(storage());
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

  private long commit(Write... writes) {
    Commit commit = order(writes);
    if (store().durability().usesLog()) {
      store().commits().log(List.of(commit));
    }
    store().commits().publish(commit);
    model.committed(commit.revision(), writes);
    return commit.revision();
  }

  private void commitAt(long timeMs, Write... writes) {
    clock.set(timeMs);
    commit(writes);
  }

  private Commit order(Write... writes) {
    store().commits().lock().lock();
    try {
      return store().commits().order(null, null, store().commits().prepare(List.of(writes)));
    } finally {
      store().commits().lock().unlock();
    }
  }

  private PruneResult prune() {
    return store().prune(PruneRequest.scheduled(BUDGET));
  }

  private static Revision rev(long revision) {
    return new Revision(revision);
  }

  private static @Nullable String text(@Nullable Entry entry) {
    return entry == null ? null : entry.value().utf8();
  }

  private List<String> history(String key, int limit) {
    try (Snapshot snapshot = store().snapshot()) {
      return snapshot.history(Key.of(key), limit).stream()
          .map(e -> e.revision() + "=" + (e.value() == null ? "-" : e.value().utf8()))
          .toList();
    }
  }

  /** The versions on disk. */
  private List<String> rows() {
    List<String> found = new ArrayList<>();
    try (StorageIterator rows = storage().iterate(ColumnFamily.VERSIONS)) {
      for (rows.seek(VersionedKeyCodec.FIRST_VERSION); rows.valid(); rows.next()) {
        found.add(VersionedKeyCodec.key(rows.key()) + "@" + VersionedKeyCodec.revision(rows.key()));
      }
    }
    return found;
  }

  private List<Long> logged() {
    List<Long> found = new ArrayList<>();
    try (StorageIterator rows = storage().iterate(ColumnFamily.LOG)) {
      for (rows.seekToFirst(); rows.valid(); rows.next()) {
        found.add(LogRecordCodec.revision(rows.key()));
      }
    }
    return found;
  }
}
