package io.varve.mvcc;

import static io.varve.mvcc.TestCommits.delete;
import static io.varve.mvcc.TestCommits.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.Hold;
import io.varve.model.HoldLimits;
import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.model.StoreFailure;
import io.varve.model.StoreId;
import io.varve.model.StoreState;
import io.varve.storage.ColumnFamily;
import io.varve.storage.FailingStorageService;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store must do with holds over every {@link StorageService}. */
@NullMarked
@Timeout(120)
abstract class HoldsContract {
  private static final StoreId ID = StoreId.of(0xAB);
  private static final long START = 1_700_000_000_000L;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Retention KEEP_ONE = new Retention(1, Duration.ZERO);

  /** Where the store is. */
  @TempDir Path directory;

  private final ManualClock clock = new ManualClock(START);
  private final StoreModel model = new StoreModel();
  private long ids;
  private @Nullable FailingStorageService beneath;
  private @Nullable FailingStorageService storage;
  private @Nullable MvccStore store;

  /** Opens what is there. */
  abstract StorageService openStorage();

  /** Takes the storage away from under the store, as the end of the process does. */
  abstract void crash(StorageService abandoned);

  @AfterEach
  final void closeStore() {
    if (store != null) {
      store.close();
    } else if (storage != null) {
      storage.close();
    }
  }

  // What is kept.

  @ParameterizedTest
  @EnumSource
  void hold_isReadExactlyWhateverComes(Durability durability) {
    open(settings(durability));
    commit(put("a", "1"), put("b", "1"));
    commit(put("a", "2"));
    Hold hold = hold(2, HOUR);
    for (int round = 0; round < 3; round++) {
      commit(put("a", "x" + round), delete("b"));
      commit(put("a", "y" + round), put("c", "y" + round));
      store().flush();
      prune();
      checkOnlyHeld(2);
      if (round == 1) {
        reopen(settings(durability));
      } else {
        reopenAfterCrash(settings(durability));
      }
      checkOnlyHeld(2);
      assertThat(store().holds().list()).containsExactly(hold);
    }
    store().holds().release(hold.id());

    prune();
    StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> store().snapshotAt(rev(2)));
    assertThat(versions()).containsExactly("a@" + model.newest(), "c@" + model.newest());
    assertThat(holdRows()).isZero();
    model.checkNewest(store());
  }

  /** The held revision, the newest one, and none in between. */
  private void checkOnlyHeld(long revision) {
    model.checkAt(store(), revision);
    model.checkNewest(store());
    StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> store().snapshotAt(rev(revision - 1)));
    StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> store().snapshotAt(rev(revision + 1)));
  }

  /** What a start replays it may have to flush, and a flush leaves out what nobody needs. */
  @Test
  void open_flushesWhileItReplays() {
    open(settings(Durability.SYNC_ON_COMMIT));
    for (int i = 1; i <= 20; i++) {
      commit(put("k" + i % 2, "v" + i));
      if (i == 3) {
        hold(3, HOUR);
      }
    }
    reopenAfterCrash(
        settings(Durability.SYNC_ON_COMMIT).with(new OverlayLimits(1_000, 1_000_000, 100_000)));

    assertThat(store().status().flushed().value()).isPositive();
    assertThat(store().status().prunedTo().value()).isGreaterThan(3);
    checkOnlyHeld(3);
  }

  @Test
  void hold_keepsALowerPruneFromItsRevisionOnly() {
    open(settings(Durability.SYNC_ON_COMMIT));
    for (int i = 1; i <= 9; i++) {
      commit(put("a", "v" + i));
      store().flush();
      if (i == 3 || i == 6) {
        hold(i, HOUR);
      }
    }

    prune();

    assertThat(versions()).containsExactly("a@9", "a@6", "a@3");
    assertThat(store().status().oldestSnapshot()).isEqualTo(rev(3));
    assertThat(store().status().holds()).isEqualTo(2);
  }

  @Test
  void hold_newestUnlessItSays() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    commit(put("a", "2"));

    Hold hold = store().holds().add(nextId(), null, HOUR, "export");

    assertThat(hold)
        .isEqualTo(
            new Hold(
                hold.id(),
                rev(2),
                "export",
                Instant.ofEpochMilli(START),
                Instant.ofEpochMilli(START).plus(HOUR)));
    assertThat(store().holds().find(hold.id())).isEqualTo(hold);
    reopen(settings(Durability.SYNC_ON_COMMIT));
    assertThat(store().holds().find(hold.id())).isEqualTo(hold);
  }

  @Test
  void holds_oldestRevisionFirst() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    commit(put("a", "2"));
    Hold newer = hold(2, HOUR);
    Hold older = hold(1, HOUR);
    clock.advance(Duration.ofMillis(1));
    Hold again = hold(1, HOUR);

    assertThat(store().holds().list()).containsExactly(older, again, newer);
  }

  // What is refused.

  @Test
  void hold_ofARevisionThatCannotBeRead() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    commit(put("a", "2"));
    store().flush();
    prune();

    StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> hold(1, HOUR));
    StoreFailure.expect(ErrorCode.REVISION_IN_FUTURE, () -> hold(3, HOUR));
    assertThat(store().holds().list()).isEmpty();
    assertThat(holdRows()).isZero();
    assertThat(store().status().openSnapshots()).isZero();
  }

  @Test
  void hold_ofALostRevision() {
    open(settings(Durability.FLUSH_ONLY));
    commit(put("a", "1"));
    store().flush();
    commit(put("a", "2"));
    reopenAfterCrash(settings(Durability.FLUSH_ONLY));

    StoreFailure.expect(ErrorCode.REVISION_LOST, () -> hold(2, HOUR));
  }

  @Test
  void hold_whereAnotherHolds() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    Hold first = hold(1, HOUR);
    commit(put("a", "2"));
    store().flush();
    prune();

    hold(1, HOUR);
    store().holds().release(first.id());
    prune();
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT));

    model.checkAt(store(), 1);
    assertThat(versions()).containsExactly("a@2", "a@1");
  }

  @Test
  void hold_tooMany() {
    open(settings(Durability.SYNC_ON_COMMIT).with(new HoldLimits(2, HOUR)));
    commit(put("a", "1"));
    hold(1, HOUR);
    Hold shorter = hold(1, Duration.ofSeconds(10));

    assertThat(StoreFailure.expect(ErrorCode.TOO_MANY_REQUESTS, () -> hold(1, HOUR)).context())
        .containsEntry("limit", 2L)
        .containsEntry("retryAfterMs", 10_000L);
    assertThat(store().status().openSnapshots()).isEqualTo(2);
    store().holds().release(shorter.id());
    hold(1, HOUR);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "-PT1S", "PT0.000999S", "PT1H0.000000001S", "P99999999D"})
  void hold_forNoTimeOrTooLong(String ttl) {
    open(settings(Durability.SYNC_ON_COMMIT).with(new HoldLimits(2, HOUR)));
    commit(put("a", "1"));
    Hold hold = hold(1, HOUR);
    Duration asked = Duration.parse(ttl);

    assertThat(StoreFailure.expect(ErrorCode.MALFORMED_REQUEST, () -> hold(1, asked)).context())
        .containsEntry("field", "ttl");
    StoreFailure.expect(ErrorCode.MALFORMED_REQUEST, () -> store().holds().renew(hold.id(), asked));
    assertThat(store().holds().list()).containsExactly(hold);
  }

  @Test
  void hold_inAReadOnlyStore() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    Hold hold = hold(1, HOUR);
    crash();
    new SyncedFile(directory).write(ID, 9);
    open(settings(Durability.SYNC_ON_COMMIT));
    assertThat(store().state()).isEqualTo(StoreState.READ_ONLY);
    clock.advance(HOUR);

    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> hold(1, HOUR));
    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> store().holds().release(hold.id()));
    StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> store().holds().renew(hold.id(), HOUR));
    assertThat(store().holds().expireOverdue()).isZero();
    assertThat(holdRows()).isEqualTo(1);
  }

  // Until when.

  @Test
  void expire_letsPruneGoOn() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    Hold hold = hold(1, HOUR);
    commit(put("a", "2"));
    store().flush();
    clock.advance(HOUR.minusMillis(1));
    assertThat(store().holds().expireOverdue()).isZero();
    prune();
    model.checkAt(store(), 1);
    clock.advance(Duration.ofMillis(1));

    StoreFailure.expect(ErrorCode.HOLD_NOT_FOUND, () -> store().holds().find(hold.id()));
    StoreFailure.expect(ErrorCode.HOLD_NOT_FOUND, () -> store().holds().renew(hold.id(), HOUR));
    StoreFailure.expect(ErrorCode.HOLD_NOT_FOUND, () -> store().holds().release(hold.id()));
    assertThat(store().holds().list()).isEmpty();
    assertThat(store().holds().expireOverdue()).isEqualTo(1);
    prune();
    assertThat(versions()).containsExactly("a@2");
    assertThat(holdRows()).isZero();
    StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> store().snapshotAt(rev(1)));
  }

  /** A clock that is set back must not revive a hold whose versions are gone. */
  @Test
  void open_afterItsTime() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    hold(1, HOUR);
    commit(put("a", "2"));
    clock.advance(HOUR);
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT));
    assertThat(store().status().openSnapshots()).isZero();
    assertThat(holdRows()).isZero();
    store().flush();
    prune();
    clock.set(START);
    reopen(settings(Durability.SYNC_ON_COMMIT));

    assertThat(store().holds().list()).isEmpty();
    StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> store().snapshotAt(rev(1)));
  }

  @Test
  void renew_countsFromNow() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    Hold hold = store().holds().add(nextId(), rev(1), HOUR, "x");
    clock.advance(Duration.ofMinutes(30));
    Hold renewed = store().holds().renew(hold.id(), HOUR);
    assertThat(renewed)
        .isEqualTo(new Hold(hold.id(), rev(1), "x", hold.createdAt(), clock.instant().plus(HOUR)));
    clock.advance(Duration.ofMinutes(45));
    assertThat(store().holds().expireOverdue()).isZero();
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT));

    assertThat(store().holds().list()).containsExactly(renewed);
    store().holds().renew(hold.id(), Duration.ofSeconds(1));
    clock.advance(Duration.ofSeconds(1));
    assertThat(store().holds().expireOverdue()).as("shorter than before").isEqualTo(1);
  }

  @Test
  void release_once() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    Hold hold = hold(1, HOUR);
    Hold other = hold(1, HOUR);
    store().holds().release(hold.id());

    StoreFailure.expect(ErrorCode.HOLD_NOT_FOUND, () -> store().holds().release(hold.id()));
    StoreFailure.expect(ErrorCode.HOLD_NOT_FOUND, () -> store().holds().find("no such thing"));
    assertThat(store().holds().list()).containsExactly(other);
  }

  // Crashes and failures.

  @Test
  void crash_takesTheRevisionAndItsHold() {
    open(settings(Durability.FLUSH_ONLY));
    commit(put("a", "1"));
    Hold flushed = hold(1, HOUR);
    store().flush();
    commit(put("a", "2"));
    hold(2, HOUR);
    reopenAfterCrash(settings(Durability.FLUSH_ONLY));

    assertThat(store().holds().list()).containsExactly(flushed);
    assertThat(holdRows()).isEqualTo(1);
    assertThat(store().status().openSnapshots()).isEqualTo(1);
  }

  /** With the log off the commits of the failed store are only in its heap. */
  @ParameterizedTest
  @EnumSource
  void open_inPlaceOfAStoreThatFailed(Durability durability) {
    open(settings(durability));
    commit(put("a", "1"));
    store().flush();
    commit(put("a", "2"));
    Hold hold = hold(2, HOUR);
    commit(put("a", "3"));
    MvccStore failed = store();
    failed.abandon("The test says so.");
    open(settings(durability), failed.survivors());
    commit(put("a", "4"));
    store().flush();
    prune();

    assertThat(store().holds().list()).containsExactly(hold);
    checkOnlyHeld(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void hold_rowCannotBeWritten(boolean afterEffect) {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    storage().failAt(1, afterEffect);

    StoreFailure.expect(ErrorCode.STORAGE_IO, () -> hold(1, HOUR));

    assertThat(store().holds().list()).isEmpty();
    assertThat(store().status().openSnapshots()).isZero();
    assertThat(holdRows()).isZero();
  }

  /** As long as a row may be there, its revision is kept: a start would take its word. */
  @Test
  void hold_rowIsWrittenAndCannotBeRemoved() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    storage().failAt(1, true);
    beneath().failAt(2, false);
    StoreFailure.expect(ErrorCode.STORAGE_IO, () -> hold(1, HOUR));
    assertThat(beneath().hasFailed()).isTrue();
    commit(put("a", "2"));
    store().flush();
    prune();
    reopenAfterCrash(settings(Durability.SYNC_ON_COMMIT));

    assertThat(holdRows()).isEqualTo(1);
    model.checkAt(store(), 1);
    clock.advance(HOUR);
    assertThat(store().holds().expireOverdue()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void release_rowCannotBeRemoved(boolean afterEffect) {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    Hold hold = hold(1, HOUR);
    commit(put("a", "2"));
    store().flush();
    storage().failAt(1, afterEffect);

    StoreFailure.expect(ErrorCode.STORAGE_IO, () -> store().holds().release(hold.id()));

    prune();
    model.checkAt(store(), 1);
    assertThat(store().holds().list()).containsExactly(hold);
    store().holds().release(hold.id());
    prune();
    StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> store().snapshotAt(rev(1)));
  }

  @Test
  void renew_rowCannotBeWritten() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    Hold hold = hold(1, HOUR);
    clock.advance(Duration.ofMinutes(1));
    storage().failAt(1, false);

    StoreFailure.expect(ErrorCode.STORAGE_IO, () -> store().holds().renew(hold.id(), HOUR));

    assertThat(store().holds().list()).containsExactly(hold);
  }

  @Test
  void close_refusesEverything() {
    open(settings(Durability.SYNC_ON_COMMIT));
    commit(put("a", "1"));
    Hold hold = hold(1, HOUR);
    store().close();

    StoreFailure.expect(ErrorCode.SHUTTING_DOWN, () -> hold(1, HOUR));
    StoreFailure.expect(ErrorCode.SHUTTING_DOWN, () -> store().holds().list());
    StoreFailure.expect(ErrorCode.SHUTTING_DOWN, () -> store().holds().find(hold.id()));
    StoreFailure.expect(ErrorCode.SHUTTING_DOWN, () -> store().holds().release(hold.id()));
    assertThat(store().holds().expireOverdue()).isZero();
  }

  // What the tests use.

  private MvccSettings settings(Durability durability) {
    return MvccStoreContract.settings(directory, durability).with(KEEP_ONE);
  }

  private void open(MvccSettings settings) {
    open(settings, null);
  }

  private void open(MvccSettings settings, @Nullable Survivors before) {
    FailingStorageService inner = new FailingStorageService(openStorage());
    FailingStorageService outer = new FailingStorageService(inner);
    beneath = inner;
    storage = outer;
    store = null;
    store = MvccStore.open(outer, settings, clock, ID, MvccListener.NONE, before);
    model.loseAbove(store().visible().value());
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

  private MvccStore store() {
    assertThat(store).isNotNull();
    return store;
  }

  private FailingStorageService storage() {
    assertThat(storage).isNotNull();
    return storage;
  }

  private FailingStorageService beneath() {
    assertThat(beneath).isNotNull();
    return beneath;
  }

  private String nextId() {
    return HexFormat.of().toHexDigits(++ids);
  }

  private Hold hold(long revision, Duration ttl) {
    return store().holds().add(nextId(), rev(revision), ttl, null);
  }

  private void commit(Write... writes) {
    Commit commit;
    store().commits().lock().lock();
    try {
      commit = store().commits().order(null, null, store().commits().prepare(List.of(writes)));
    } finally {
      store().commits().lock().unlock();
    }
    if (store().durability().usesLog()) {
      store().commits().log(List.of(commit));
    }
    store().commits().publish(commit);
    model.committed(commit.revision(), writes);
  }

  private void prune() {
    store().prune(PruneRequest.scheduled(Duration.ofMinutes(1)));
  }

  private static Revision rev(long revision) {
    return new Revision(revision);
  }

  /** The versions on disk. */
  private List<String> versions() {
    List<String> found = new ArrayList<>();
    try (StorageIterator rows = storage().iterate(ColumnFamily.VERSIONS)) {
      for (rows.seek(VersionedKeyCodec.FIRST_VERSION); rows.valid(); rows.next()) {
        found.add(VersionedKeyCodec.key(rows.key()) + "@" + VersionedKeyCodec.revision(rows.key()));
      }
    }
    return found;
  }

  private int holdRows() {
    int count = 0;
    try (StorageIterator rows = storage().iterate(ColumnFamily.META)) {
      for (rows.seek(HoldCodec.PREFIX); StoreMeta.hasPrefix(rows, HoldCodec.PREFIX); rows.next()) {
        count++;
      }
    }
    return count;
  }
}
