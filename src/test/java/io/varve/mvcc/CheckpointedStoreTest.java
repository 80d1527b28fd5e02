package io.varve.mvcc;

import static io.varve.mvcc.TestCommits.delete;
import static io.varve.mvcc.TestCommits.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.LostRange;
import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.model.StoreFailure;
import io.varve.model.StoreId;
import io.varve.model.StoreState;
import io.varve.model.StoreStatus;
import io.varve.model.Value;
import io.varve.storage.ColumnFamily;
import io.varve.storage.ForwardingStorageService;
import io.varve.storage.SortedIngest;
import io.varve.storage.StorageService;
import io.varve.storage.rocksdb.NoLeaks;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests for {@link MvccStore#checkpoint}, {@link RestoredStore} and {@link StateDigest}: a copy,
 * prepared and opened, has exactly the state of its revision, and goes on above everything.
 */
@NullMarked
@Timeout(120)
@ExtendWith(NoLeaks.class)
final class CheckpointedStoreTest {
  private static final StoreId ID = StoreId.of(0xAB);
  private static final StoreId NEW_ID = StoreId.of(0xCD);
  private static final long START_MS = 1_700_000_000_000L;
  private static final long MADE_MS = 4500;
  private static final int BLOCK = 16;

  @TempDir Path temporary;

  private final ManualClock clock = new ManualClock(START_MS);
  private final StoreModel model = new StoreModel();
  private Path directory = Path.of("");
  private Runnable duringCheckpoint = () -> {};
  private boolean inCheckpoint;
  private @Nullable StorageService storage;

  @AfterEach
  void close() {
    if (storage != null) {
      storage.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SYNC_ON_COMMIT, 1",
    "SYNC_ON_COMMIT, 2",
    "SYNC_ON_INTERVAL, 3",
    "FLUSH_ONLY, 4",
    "FLUSH_ONLY, 5"
  })
  void restored_isExactlyTheStateOfItsRevision(Durability durability, long seed) {
    MvccStore store = open("old", durability);
    Random random = new Random(seed);
    work(store, random, 200);
    duringCheckpoint = () -> work(store, random, 5);
    StoreCheckpoint made = store.checkpoint(copy());
    long revision = made.revision().value();
    assertThat(revision).isEqualTo(model.newest() - 5);
    assertThat(made.storeId()).isEqualTo(ID);
    assertThat(made.formatVersion()).isEqualTo(StoreMeta.FORMAT);
    assertThat(made.ceiling().value()).isGreaterThanOrEqualTo(model.newest());
    work(store, random, 100);
    long handedOut = model.newest();
    store.close();

    Revision ceiling = prepare(made, handedOut);
    model.loseAbove(revision);
    MvccStore restored = open("new", durability);
    model.checkNewest(restored);
    model.checkFrom(restored, 0);
    StoreStatus status = restored.status();
    assertThat(status.state()).isEqualTo(StoreState.OPEN);
    assertThat(status.storeId()).isEqualTo(NEW_ID);
    assertThat(status.lostRanges()).containsExactly(new LostRange(made.revision(), ceiling));
    assertThat(ceiling.value()).isGreaterThanOrEqualTo(handedOut);
    StoreFailure.expect(
        ErrorCode.REVISION_LOST, () -> restored.snapshotAt(new Revision(revision + 1)));
    StoreFailure.expect(ErrorCode.REVISION_LOST, () -> restored.snapshotAt(ceiling));
    assertThat(commit(restored, put("k", "after"))).isEqualTo(ceiling.value() + 1);
    work(restored, random, 50);
    model.checkFrom(restored, 0);
    restored.close();
    MvccStore again = open("new", durability);
    model.checkNewest(again);
    model.checkFrom(again, 0);
    assertThat(again.status().lostRanges()).hasSize(1);
    again.close();
  }

  private static long revisionAt(MvccStore store, Instant time) {
    try (Snapshot snapshot = store.snapshotAt(time)) {
      return snapshot.revision().value();
    }
  }

  @Test
  void restored_readsTimesAsBefore() {
    MvccStore store = open("old", Durability.SYNC_ON_COMMIT);
    for (int second = 0; second < 5; second++) {
      clock.set(START_MS + second * 1000L);
      commit(store, put("k", "v" + second));
    }
    StoreCheckpoint made = store.checkpoint(copy());
    clock.set(START_MS + 7000);
    commit(store, put("k", "later"));
    store.close();

    prepare(made, 6);
    for (int start = 0; start < 2; start++) { // the end of the loss stays
      MvccStore restored = open("new", Durability.SYNC_ON_COMMIT);
      for (int second = 0; second < 9; second++) {
        Instant time = Instant.ofEpochMilli(START_MS + second * 1000L);
        if (second > 4 && second < 8) { // what the old store showed then is gone
          StoreFailure.expect(ErrorCode.REVISION_LOST, () -> restored.snapshotAt(time));
        } else {
          assertThat(revisionAt(restored, time)).isEqualTo(Math.min(second + 1, 5));
        }
      }
      assertThat(revisionAt(restored, Instant.ofEpochMilli(START_MS + MADE_MS)))
          .as("when the checkpoint was made")
          .isEqualTo(5);
      for (long lostMs : new long[] {START_MS + MADE_MS + 1, START_MS + 7000}) {
        StoreFailure.expect(
            ErrorCode.REVISION_LOST, () -> restored.snapshotAt(Instant.ofEpochMilli(lostMs)));
      }
      assertThat(revisionAt(restored, Instant.ofEpochMilli(START_MS + 7001))).isEqualTo(5);
      clock.set(START_MS + 20_000);
      restored.close();
    }
  }

  @Test
  void restored_hasNoSecretOfTheOldStore() {
    MvccStore store = open("old", Durability.SYNC_ON_COMMIT);
    byte[] secret = "secret".getBytes(StandardCharsets.US_ASCII);
    byte[] other = "other".getBytes(StandardCharsets.US_ASCII);
    assertThat(store.secret(secret)).isEqualTo(secret);
    StoreCheckpoint made = store.checkpoint(copy());
    store.close();

    prepare(made, 0);
    MvccStore restored = open("new", Durability.SYNC_ON_COMMIT);
    assertThat(restored.secret(other)).isEqualTo(other);
    restored.close();
  }

  @Test
  void restored_ofAnEmptyStore() {
    MvccStore store = open("old", Durability.SYNC_ON_COMMIT);
    StoreCheckpoint made = store.checkpoint(copy());
    assertThat(made.revision()).isEqualTo(Revision.ZERO);
    commit(store, put("a", "1"));
    store.close();

    Revision ceiling = prepare(made, 1);
    MvccStore restored = open("new", Durability.SYNC_ON_COMMIT);
    assertThat(restored.visible()).isEqualTo(Revision.ZERO);
    assertThat(commit(restored, put("a", "2"))).isEqualTo(ceiling.value() + 1);
    restored.close();
  }

  @Test
  void restored_twiceNamesBothGaps() {
    MvccStore store = open("old", Durability.SYNC_ON_COMMIT);
    commit(store, put("a", "1"));
    StoreCheckpoint first = store.checkpoint(copy());
    store.close();
    Revision firstCeiling = prepare(first, 100);
    MvccStore second = open("new", Durability.SYNC_ON_COMMIT);
    model.loseAbove(1);
    assertThat(commit(second, put("a", "2"))).isEqualTo(101);
    StoreCheckpoint made = second.checkpoint(temporary.resolve("third/db"));
    second.close();

    Revision ceiling = prepare("third", made, 500);
    MvccStore third = open("third", Durability.SYNC_ON_COMMIT);
    model.checkNewest(third);
    assertThat(third.status().lostRanges())
        .containsExactly(
            new LostRange(new Revision(1), firstCeiling),
            new LostRange(new Revision(101), ceiling));
    third.close();
  }

  @Test
  void prepare_refusesAnotherRevision() {
    MvccStore store = open("old", Durability.SYNC_ON_COMMIT);
    commit(store, put("a", "1"));
    commit(store, put("a", "2"));
    store.checkpoint(copy());
    store.close();
    try (StorageService copied = engine("new")) {
      StoreFailure.expect(
          ErrorCode.STORAGE_CORRUPTED,
          () -> RestoredStore.prepare(copied, new Revision(1), Instant.EPOCH, NEW_ID, 9));
      StoreFailure.expect(
          ErrorCode.STORAGE_CORRUPTED, () -> StateDigest.of(copied, new Revision(3)));
      assertThat(new StoreMeta(copied).openOrCreate(NEW_ID)).isEqualTo(ID);
    }
  }

  @Test
  void handedOut_isTheCeiling() {
    MvccStore store = open("old", Durability.SYNC_ON_COMMIT);
    commit(store, put("a", "1"));
    store.checkpoint(copy());
    store.close();
    try (StorageService copied = engine("new")) {
      assertThat(RestoredStore.handedOut(copied)).isEqualTo(BLOCK);
    }
    assertThat(RestoredStore.lastSynced(directory)).isEqualTo(1);
    assertThat(RestoredStore.lastSynced(temporary)).isZero();
  }

  @Test
  void digest_seesEveryDifference() {
    String empty = digest("empty");
    assertThat(digest("same", put("a", "1"))).isEqualTo(digest("same2", put("a", "1")));
    assertThat(
            List.of(
                empty,
                digest("base", put("a", "1")),
                digest("key", put("b", "1")),
                digest("value", put("a", "2")),
                digest("type", new Write(Key.of("a"), typed("1", "text/plain"))),
                digest("shifted", put("a1", "")),
                digest("more", put("a", "1"), put("b", "1")),
                digest("revision", put("b", "1"), put("a", "1"))))
        .doesNotHaveDuplicates();
    assertThat(digest("deleted", put("a", "1"), delete("a"))).isEqualTo(empty);
  }

  @Test
  void digest_readsOneRevision() {
    MvccStore store = open("old", Durability.FLUSH_ONLY);
    commit(store, put("a", "1"), put("b", "1"));
    commit(store, put("a", "2"), delete("b"));
    store.checkpoint(copy());
    store.close();
    try (StorageService copied = engine("new")) {
      assertThat(StateDigest.of(copied, new Revision(1)).keys()).isEqualTo(2);
      assertThat(StateDigest.of(copied, new Revision(2)).keys()).isEqualTo(1);
    }
  }

  @Test
  void digest_refusesWhatItCannotRead() {
    try (StorageService damaged = engine("damaged")) {
      try (SortedIngest rows = damaged.ingest(ColumnFamily.VERSIONS)) {
        rows.put(VersionedKeyCodec.FLUSHED, VersionedKeyCodec.revisionBytes(1));
        rows.put(VersionedKeyCodec.encode(Key.of("a"), 1), new byte[] {(byte) 0x80});
        rows.commit();
      }
      StoreFailure.expect(
          ErrorCode.STORAGE_CORRUPTED, () -> StateDigest.of(damaged, new Revision(1)));
    }
  }

  @Test
  void digest_endsWhenItsThreadIsInterrupted() {
    MvccStore store = open("old", Durability.FLUSH_ONLY);
    Write[] writes = new Write[2_000];
    for (int i = 0; i < writes.length; i++) {
      writes[i] = put("key" + i, "v");
    }
    commit(store, writes);
    store.flush();
    StorageService open = storage();
    Thread.currentThread().interrupt();
    try {
      StoreFailure.expect(ErrorCode.SHUTTING_DOWN, () -> StateDigest.of(open, new Revision(1)));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    store.close();
  }

  /** The digest of a store with one commit a write. */
  private String digest(String name, Write... writes) {
    MvccStore store = open(name, Durability.FLUSH_ONLY);
    for (Write write : writes) {
      commit(store, write);
    }
    store.flush();
    StateDigest digest = StateDigest.of(storage(), store.visible());
    store.close();
    return digest.sha256();
  }

  private static Value typed(String text, String contentType) {
    return Value.wrap(text.getBytes(StandardCharsets.UTF_8), contentType);
  }

  private Path copy() {
    return temporary.resolve("new/db");
  }

  private Revision prepare(StoreCheckpoint made, long handedOut) {
    return prepare("new", made, handedOut);
  }

  private Revision prepare(String name, StoreCheckpoint made, long handedOut) {
    try (StorageService copied = engine(name)) {
      Instant madeAt = Instant.ofEpochMilli(START_MS + MADE_MS);
      return RestoredStore.prepare(copied, made.revision(), madeAt, NEW_ID, handedOut);
    }
  }

  private MvccStore open(String name, Durability durability) {
    directory = temporary.resolve(name);
    MvccSettings settings =
        new MvccSettings(
            directory,
            durability,
            new OverlayLimits(1L << 20, 1_000_000, 1L << 26),
            1 << 20,
            new Retention(1_000, Duration.ofDays(1)),
            new LogRetention(Duration.ofHours(1), 1L << 30),
            false,
            BLOCK);
    StorageService engine = new CommittingStorage(engine(name));
    storage = engine;
    return MvccStore.open(engine, settings, clock, ID, MvccListener.NONE);
  }

  private StorageService storage() {
    assertThat(storage).isNotNull();
    return storage;
  }

  private StorageService engine(String name) {
    makeParent(temporary.resolve(name).resolve("db"));
    return RocksDbStorageService.open(
        RocksDbSettings.defaults(temporary.resolve(name).resolve("db"))
            .withBlockCacheBytes(4 << 20)
            .withWriteBufferBytes(1 << 20, 256 << 10));
  }

  private static void makeParent(Path directory) {
    try {
      Files.createDirectories(directory.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void work(MvccStore store, Random random, int commits) {
    for (int i = 0; i < commits; i++) {
      clock.advance(Duration.ofMillis(random.nextInt(700)));
      String key = "k" + random.nextInt(40);
      boolean removes = random.nextInt(4) == 0;
      commit(
          store,
          removes ? delete(key) : put(key, "v" + random.nextInt()),
          put("counter", "" + random.nextInt()));
      if (random.nextInt(30) == 0 && !inCheckpoint) {
        store.flush();
      }
    }
  }

  private long commit(MvccStore store, Write... writes) {
    Commit commit;
    store.commits().lock().lock();
    try {
      commit = store.commits().order(null, null, store.commits().prepare(List.of(writes)));
    } finally {
      store.commits().lock().unlock();
    }
    if (store.durability().usesLog()) {
      store.commits().log(List.of(commit));
    }
    store.commits().publish(commit);
    model.committed(commit.revision(), writes);
    return commit.revision();
  }

  /** Commits go on while a checkpoint is made. */
  private final class CommittingStorage extends ForwardingStorageService {
    CommittingStorage(StorageService delegate) {
      super(delegate);
    }

    @Override
    public void checkpoint(Path target) {
      inCheckpoint = true;
      duringCheckpoint.run();
      inCheckpoint = false;
      makeParent(target);
      super.checkpoint(target);
    }
  }
}
