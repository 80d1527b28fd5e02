package io.varve.storage;

import static io.varve.storage.ColumnFamily.LOG;
import static io.varve.storage.ColumnFamily.META;
import static io.varve.storage.ColumnFamily.VERSIONS;
import static io.varve.storage.WriteSync.LOGGED;
import static io.varve.storage.WriteSync.SYNCED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link StorageService} must do. */
@Timeout(120)
public abstract class StorageServiceContract {
  private static final int THREADS = 8;

  /** Where the store under test is. */
  @TempDir protected Path directory;

  /** The store under test, open. */
  protected StorageService storage;

  /** Opens what is in {@code directory}, with everything that an earlier one stored there. */
  protected abstract StorageService open(Path directory);

  @BeforeEach
  final void openStorage() {
    storage = open(directory);
  }

  @AfterEach
  final void closeStorage() {
    storage.close();
  }

  @Test
  void get_absent() {
    assertThat(storage.get(META, bytes("k"))).isNull();
  }

  @Test
  void get_afterPut() {
    write(new StorageBatch().put(META, bytes("k"), bytes("v")));

    assertThat(storage.get(META, bytes("k"))).isEqualTo(bytes("v"));
  }

  @Test
  void get_emptyValue() {
    write(new StorageBatch().put(META, bytes("k"), new byte[0]));

    assertThat(storage.get(META, bytes("k"))).isEmpty();
  }

  @Test
  void get_afterDelete() {
    write(new StorageBatch().put(META, bytes("k"), bytes("v")));
    write(new StorageBatch().delete(META, bytes("k")));

    assertThat(storage.get(META, bytes("k"))).isNull();
  }

  @Test
  void get_keyOfAnotherFamily() {
    write(new StorageBatch().put(META, bytes("k"), bytes("v")));

    assertThat(storage.get(LOG, bytes("k"))).isNull();
  }

  @Test
  void get_largeKeyAndValue() {
    byte[] key = new byte[20_000];
    byte[] value = new byte[3_000_000];
    Arrays.fill(key, (byte) 0xFF);
    Arrays.fill(value, (byte) 1);

    write(new StorageBatch().put(LOG, key, value));

    assertThat(storage.get(LOG, key)).isEqualTo(value);
  }

  @Test
  void write_lastChangeOfAKeyWins() {
    write(
        new StorageBatch()
            .put(META, bytes("a"), bytes("1"))
            .delete(META, bytes("a"))
            .put(META, bytes("a"), bytes("2"))
            .put(META, bytes("b"), bytes("1"))
            .delete(META, bytes("b")));

    assertThat(rows(META)).containsExactly("a=2");
  }

  @Test
  void write_overFamilies() {
    write(new StorageBatch().put(LOG, bytes("l"), bytes("1")).put(META, bytes("m"), bytes("2")));

    assertThat(rows(LOG)).containsExactly("l=1");
    assertThat(rows(META)).containsExactly("m=2");
  }

  @ParameterizedTest
  @EnumSource
  void write_nothing(WriteSync sync) {
    storage.write(new StorageBatch(), sync);

    assertThat(rows(LOG)).isEmpty();
  }

  @Test
  void write_isAtomic() throws Exception {
    byte[] a = bytes("a");
    byte[] b = bytes("b");
    write(new StorageBatch().put(META, a, bytes("0")).put(META, b, bytes("0")));
    var done = new CountDownLatch(1);
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<?> writer =
          executor.submit(
              () -> {
                for (int i = 1; i <= 2_000; i++) {
                  byte[] value = bytes(Integer.toString(i));
                  write(new StorageBatch().put(META, a, value).put(META, b, value));
                }
                done.countDown();
              });
      do {
        List<String> rows = rows(META);
        assertThat(rows.get(0).substring(1)).isEqualTo(rows.get(1).substring(1));
      } while (done.getCount() > 0 && !writer.isDone());
      writer.get();
    }
  }

  @Test
  void write_fromManyThreads() throws Exception {
    race(
        thread -> {
          for (int i = 0; i < 200; i++) {
            WriteSync sync = i % 50 == 0 ? SYNCED : LOGGED;
            byte[] key = bytes(String.format(Locale.ROOT, "%d-%03d", thread, i));
            storage.write(new StorageBatch().put(LOG, key, bytes("v" + i)), sync);
          }
        });

    assertThat(rows(LOG)).hasSize(THREADS * 200).isSorted();
  }

  @Test
  void batch_refusesVersions() {
    var batch = new StorageBatch();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> batch.put(VERSIONS, bytes("k"), bytes("v")));
    assertThatIllegalArgumentException().isThrownBy(() -> batch.delete(VERSIONS, bytes("k")));
    assertThat(batch.isEmpty()).isTrue();
  }

  @Test
  void iterate_ordersKeysAsUnsignedBytes() {
    byte[][] keys = {{0}, {0, 0}, {1}, {0x7F}, {(byte) 0x80}, {(byte) 0xFF}, {(byte) 0xFF, 0}};
    var batch = new StorageBatch();
    for (int i = keys.length - 1; i >= 0; i--) {
      batch.put(META, keys[i], new byte[0]);
    }
    write(batch);

    List<byte[]> found = new ArrayList<>();
    try (StorageIterator cursor = storage.iterate(META)) {
      for (cursor.seekToFirst(); cursor.valid(); cursor.next()) {
        found.add(cursor.key());
      }
    }
    assertThat(found).containsExactly(keys);
  }

  @Test
  void iterate_backwards() {
    write(batchOf("a", "b", "c"));

    List<String> found = new ArrayList<>();
    try (StorageIterator cursor = storage.iterate(META)) {
      for (cursor.seekToLast(); cursor.valid(); cursor.prev()) {
        found.add(text(cursor.key()));
      }
    }
    assertThat(found).containsExactly("c", "b", "a");
  }

  @Test
  void iterate_turnsAround() {
    write(batchOf("a", "b", "c"));

    try (StorageIterator cursor = storage.iterate(META)) {
      cursor.seek(bytes("b"));
      cursor.next();
      cursor.prev();
      cursor.prev();
      assertThat(text(cursor.key())).isEqualTo("a");
      cursor.next();
      assertThat(text(cursor.key())).isEqualTo("b");
    }
  }

  @Test
  void seek_findsTheKeyOrTheNext() {
    write(batchOf("b", "d"));

    try (StorageIterator cursor = storage.iterate(META)) {
      assertThat(keyAfter(() -> cursor.seek(bytes("a")), cursor)).isEqualTo("b");
      assertThat(keyAfter(() -> cursor.seek(bytes("b")), cursor)).isEqualTo("b");
      assertThat(keyAfter(() -> cursor.seek(bytes("c")), cursor)).isEqualTo("d");
      assertThat(keyAfter(() -> cursor.seek(bytes("e")), cursor)).isNull();
    }
  }

  @Test
  void seekForPrev_findsTheKeyOrTheOneBefore() {
    write(batchOf("b", "d"));

    try (StorageIterator cursor = storage.iterate(META)) {
      assertThat(keyAfter(() -> cursor.seekForPrev(bytes("a")), cursor)).isNull();
      assertThat(keyAfter(() -> cursor.seekForPrev(bytes("b")), cursor)).isEqualTo("b");
      assertThat(keyAfter(() -> cursor.seekForPrev(bytes("c")), cursor)).isEqualTo("b");
      assertThat(keyAfter(() -> cursor.seekForPrev(bytes("e")), cursor)).isEqualTo("d");
    }
  }

  @Test
  void iterate_nothing() {
    try (StorageIterator cursor = storage.iterate(META)) {
      assertThat(cursor.valid()).isFalse();
      assertThat(keyAfter(cursor::seekToFirst, cursor)).isNull();
      assertThat(keyAfter(cursor::seekToLast, cursor)).isNull();
    }
  }

  @Test
  void iterate_offAKey() {
    write(batchOf("a"));

    try (StorageIterator cursor = storage.iterate(META)) {
      assertThatIllegalStateException().isThrownBy(cursor::next);
      assertThatIllegalStateException().isThrownBy(cursor::prev);
      assertThatIllegalStateException().isThrownBy(cursor::key);
      assertThatIllegalStateException().isThrownBy(cursor::value);
    }
  }

  @Test
  void iterate_afterItsClose() {
    StorageIterator cursor = storage.iterate(META);
    cursor.close();
    cursor.close();

    assertThatIllegalStateException().isThrownBy(cursor::seekToFirst);
    assertThatIllegalStateException().isThrownBy(cursor::valid);
    assertThatIllegalStateException().isThrownBy(cursor::key);
  }

  @Test
  void iterate_seesTheStateOfItsOpening() {
    write(new StorageBatch().put(LOG, bytes("a"), bytes("1")).put(LOG, bytes("b"), bytes("1")));
    ingest(VERSIONS, "v=1");

    try (StorageIterator log = storage.iterate(LOG);
        StorageIterator versions = storage.iterate(VERSIONS)) {
      write(
          new StorageBatch()
              .put(LOG, bytes("a"), bytes("2"))
              .delete(LOG, bytes("b"))
              .put(LOG, bytes("c"), bytes("2")));
      storage.deleteRange(LOG, bytes("a"), bytes("b"));
      storage.flush(LOG);
      ingest(VERSIONS, "u=2", "v=2");
      storage.compact(VERSIONS);

      assertThat(rows(log)).containsExactly("a=1", "b=1");
      assertThat(rows(versions)).containsExactly("v=1");
    }
    assertThat(rows(LOG)).containsExactly("c=2");
    assertThat(rows(VERSIONS)).containsExactly("u=2", "v=2");
  }

  @Test
  void first_findsTheFirstRowOfTheRange() {
    ingest(VERSIONS, "b=1", "d=2");

    assertThat(first("a", "e")).isEqualTo("b=1");
    assertThat(first("b", "c")).isEqualTo("b=1");
    assertThat(first("c", "e")).isEqualTo("d=2");
    assertThat(first("c", "d")).isNull();
    assertThat(first("a", "b")).isNull();
    assertThat(first("e", "f")).isNull();
    assertThat(first("b", "b")).isNull();
  }

  @Test
  void first_comparesUnsignedBytes() {
    byte[] low = {0x7F};
    byte[] high = {(byte) 0x80};
    byte[] highest = {(byte) 0xFF};
    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      ingest.put(high, bytes("1"));
      ingest.commit();
    }

    assertThat(storage.first(VERSIONS, high, low)).isNull();
    assertThat(storage.first(VERSIONS, low, highest)).isNotNull();
  }

  @Test
  void first_behindManyRemovedRows() {
    try (SortedIngest puts = storage.ingest(VERSIONS)) {
      for (int i = 0; i < 5_000; i++) {
        puts.put(bytes(String.format(Locale.ROOT, "k%04d", i)), bytes("v"));
      }
      puts.commit();
    }
    try (SortedIngest deletes = storage.ingest(VERSIONS)) {
      for (int i = 1_000; i < 4_000; i++) {
        deletes.delete(bytes(String.format(Locale.ROOT, "k%04d", i)));
      }
      deletes.commit();
    }

    assertThat(first("k1000", "k1001")).isNull();
    assertThat(first("k1000", "k4000")).isNull();
    assertThat(first("k1000", "k9999")).isEqualTo("k4000=v");
    assertThat(first("k0999", "k1001")).isEqualTo("k0999=v");
  }

  @Test
  void ingest_isVisibleAfterItsCommit() {
    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      ingest.put(bytes("a"), bytes("1"));
      ingest.put(bytes("b"), bytes("2"));
      assertThat(ingest.bytes()).isEqualTo(4);
      assertThat(rows(VERSIONS)).isEmpty();

      ingest.commit();

      assertThat(rows(VERSIONS)).containsExactly("a=1", "b=2");
    }
    assertThat(rows(VERSIONS)).containsExactly("a=1", "b=2");
  }

  @Test
  void ingest_isAtomic() throws Exception {
    int keys = 300;
    var done = new CountDownLatch(1);
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<?> writer =
          executor.submit(
              () -> {
                for (int round = 1; round <= 20; round++) {
                  try (SortedIngest ingest = storage.ingest(VERSIONS)) {
                    for (int i = 0; i < keys; i++) {
                      byte[] key = bytes(String.format(Locale.ROOT, "%03d", i));
                      ingest.put(key, padded(round));
                    }
                    ingest.commit();
                  }
                }
                done.countDown();
              });
      do {
        List<String> values = rows(VERSIONS).stream().map(row -> row.substring(4)).toList();
        assertThat(values.stream().distinct().count()).isLessThanOrEqualTo(1);
        assertThat(values.size()).isIn(0, keys);
      } while (done.getCount() > 0 && !writer.isDone());
      writer.get();
    }
  }

  @Test
  void ingest_overwritesWhatIsOlder() {
    ingest(VERSIONS, "a=1", "b=1", "c=1");

    ingest(VERSIONS, "b=2");

    assertThat(rows(VERSIONS)).containsExactly("a=1", "b=2", "c=1");
    assertThat(storage.get(VERSIONS, bytes("b"))).isEqualTo(bytes("2"));
  }

  @Test
  void ingest_deleteHidesEarlierPuts() {
    ingest(VERSIONS, "a=1", "b=1", "c=1");

    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      ingest.delete(bytes("a"));
      ingest.put(bytes("b"), bytes("2"));
      ingest.delete(bytes("c"));
      ingest.delete(bytes("never there"));
      ingest.commit();
    }

    assertThat(rows(VERSIONS)).containsExactly("b=2");
    assertThat(storage.get(VERSIONS, bytes("a"))).isNull();
    assertThat(first("a", "b")).isNull();
  }

  @Test
  void ingest_putAfterDelete() {
    ingest(VERSIONS, "a=1");
    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      ingest.delete(bytes("a"));
      ingest.commit();
    }

    ingest(VERSIONS, "a=2");

    assertThat(rows(VERSIONS)).containsExactly("a=2");
  }

  @Test
  void ingest_closedWithoutCommit() {
    ingest(VERSIONS, "a=1");

    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      ingest.put(bytes("a"), bytes("2"));
      ingest.put(bytes("b"), bytes("2"));
    }

    assertThat(rows(VERSIONS)).containsExactly("a=1");
  }

  @Test
  void ingest_restIsWrittenByAnotherThread() throws Exception {
    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      SortedRows rest = ingest.rest();
      Thread other =
          Thread.ofPlatform()
              .start(
                  () -> {
                    rest.put(bytes("c"), bytes("3"));
                    rest.delete(bytes("d"));
                  });
      ingest.put(bytes("a"), bytes("1"));
      ingest.put(bytes("b"), bytes("2"));
      other.join();
      assertThat(rest.bytes()).isEqualTo(3);
      assertThat(ingest.bytes()).isEqualTo(7);
      assertThat(rows(VERSIONS)).isEmpty();

      ingest.commit();
      assertThatIllegalStateException().isThrownBy(() -> rest.put(bytes("e"), bytes("5")));
    }

    assertThat(rows(VERSIONS)).containsExactly("a=1", "b=2", "c=3");
  }

  @Test
  void ingest_onlyARest() {
    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      ingest.rest().put(bytes("c"), bytes("3"));
      ingest.commit();
    }

    assertThat(rows(VERSIONS)).containsExactly("c=3");
  }

  @Test
  void ingest_refusesARestThatIsNotAbove() {
    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      ingest.put(bytes("b"), bytes("2"));
      ingest.rest().put(bytes("b"), bytes("3"));

      assertThatIllegalArgumentException().isThrownBy(ingest::commit);
    }

    assertThat(rows(VERSIONS)).isEmpty();
  }

  @Test
  void ingest_restClosedWithoutCommit() {
    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      ingest.put(bytes("a"), bytes("1"));
      ingest.rest().put(bytes("b"), bytes("2"));
    }

    assertThat(rows(VERSIONS)).isEmpty();
  }

  @Test
  void ingest_nothing() {
    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      ingest.commit();
    }

    assertThat(rows(VERSIONS)).isEmpty();
  }

  @Test
  void ingest_refusesKeysThatDoNotRise() {
    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      byte[] reused = bytes("m");
      ingest.put(reused, bytes("1"));
      reused[0] = 'a';

      assertThatIllegalArgumentException().isThrownBy(() -> ingest.put(bytes("m"), bytes("2")));
      assertThatIllegalArgumentException().isThrownBy(() -> ingest.put(bytes("l"), bytes("2")));
      assertThatIllegalArgumentException().isThrownBy(() -> ingest.delete(bytes("m")));
      ingest.put(new byte[] {(byte) 0x80}, bytes("3"));
      assertThatIllegalArgumentException().isThrownBy(() -> ingest.put(bytes("z"), bytes("4")));
      ingest.commit();
    }

    assertThat(storage.get(VERSIONS, bytes("m"))).isEqualTo(bytes("1"));
    assertThat(storage.get(VERSIONS, new byte[] {(byte) 0x80})).isEqualTo(bytes("3"));
    assertThat(rows(VERSIONS)).hasSize(2);
  }

  @Test
  void ingest_afterItsEnd() {
    SortedIngest ingest = storage.ingest(VERSIONS);
    ingest.commit();

    assertThatIllegalStateException().isThrownBy(() -> ingest.put(bytes("a"), bytes("1")));
    assertThatIllegalStateException().isThrownBy(ingest::commit);
    ingest.close();
    ingest.close();
    assertThatIllegalStateException().isThrownBy(() -> ingest.delete(bytes("a")));
  }

  @Test
  void ingest_refusesMetadata() {
    assertThatIllegalArgumentException().isThrownBy(() -> storage.ingest(META));
  }

  @Test
  void ingest_intoTheLogBesideItsWrites() {
    write(new StorageBatch().put(LOG, bytes("b"), bytes("written")));

    ingest(LOG, "c=ingested", "d=ingested");
    write(new StorageBatch().put(LOG, bytes("e"), bytes("written")));

    assertThat(rows(LOG)).containsExactly("b=written", "c=ingested", "d=ingested", "e=written");
  }

  @Test
  void ingest_largeEntries() {
    byte[] key = new byte[30_000];
    byte[] value = new byte[2_000_000];
    Arrays.fill(value, (byte) 7);

    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      ingest.put(key, value);
      ingest.put(bytes("small"), bytes("1"));
      ingest.commit();
    }

    assertThat(storage.get(VERSIONS, key)).isEqualTo(value);
    assertThat(storage.get(VERSIONS, bytes("small"))).isEqualTo(bytes("1"));
  }

  @Test
  void deleteRange_removesFromInclusiveToExclusive() {
    write(batchOf("a", "b", "c", "d"));

    storage.deleteRange(META, bytes("b"), bytes("d"));

    assertThat(rows(META)).containsExactly("a=v", "d=v");
  }

  @Test
  void deleteRange_overFlushedAndIngestedRows() {
    write(new StorageBatch().put(LOG, bytes("a"), bytes("1")));
    storage.flush(LOG);
    ingest(LOG, "b=1", "c=1");
    write(new StorageBatch().put(LOG, bytes("d"), bytes("1")));

    storage.deleteRange(LOG, bytes("a"), bytes("d"));

    assertThat(rows(LOG)).containsExactly("d=1");
    storage.compact(LOG);
    assertThat(rows(LOG)).containsExactly("d=1");
  }

  @Test
  void deleteRange_keepsARowAtItsEnd() {
    ingest(LOG, "a=1", "b=1", "c=1");

    storage.deleteRange(LOG, bytes("a"), bytes("c"));

    assertThat(rows(LOG)).containsExactly("c=1");
  }

  @Test
  void deleteRange_laterWritesStay() {
    storage.deleteRange(META, bytes("a"), bytes("z"));

    write(batchOf("b"));

    assertThat(rows(META)).containsExactly("b=v");
  }

  @Test
  void deleteRange_empty() {
    write(batchOf("a", "b"));

    storage.deleteRange(META, bytes("a"), bytes("a"));

    assertThat(rows(META)).containsExactly("a=v", "b=v");
  }

  @Test
  void deleteRange_refuses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> storage.deleteRange(VERSIONS, bytes("a"), bytes("b")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> storage.deleteRange(META, bytes("b"), bytes("a")));
  }

  @Test
  void reopen_keepsEverything() {
    storage.write(new StorageBatch().put(META, bytes("synced"), bytes("1")), SYNCED);
    storage.write(new StorageBatch().put(LOG, bytes("logged"), bytes("2")), LOGGED);
    ingest(VERSIONS, "ingested=3");

    reopen();

    assertThat(rows(META)).containsExactly("synced=1");
    assertThat(rows(LOG)).containsExactly("logged=2");
    assertThat(rows(VERSIONS)).containsExactly("ingested=3");
  }

  @Test
  void reopen_keepsWhatWasRemovedAway() {
    write(batchOf("a", "b", "c"));
    ingest(VERSIONS, "v=1");
    write(new StorageBatch().delete(META, bytes("a")));
    storage.deleteRange(META, bytes("b"), bytes("c"));
    try (SortedIngest ingest = storage.ingest(VERSIONS)) {
      ingest.delete(bytes("v"));
      ingest.commit();
    }

    reopen();

    assertThat(rows(META)).containsExactly("c=v");
    assertThat(rows(VERSIONS)).isEmpty();
  }

  @Test
  void compact_keepsEverything() {
    for (int round = 0; round < 3; round++) {
      write(new StorageBatch().put(LOG, bytes("k"), bytes("v" + round)));
      storage.flush(LOG);
      ingest(VERSIONS, "a=" + round, "b" + round + "=" + round);
    }

    for (ColumnFamily family : ColumnFamily.values()) {
      storage.compact(family);
    }

    assertThat(rows(LOG)).containsExactly("k=v2");
    assertThat(rows(VERSIONS)).containsExactly("a=2", "b0=0", "b1=1", "b2=2");
  }

  @Test
  void syncWal_withNothingToSync() {
    storage.syncWal();
    storage.syncWal();

    assertThat(rows(LOG)).isEmpty();
  }

  @Test
  void stats_ofANewStore() {
    StorageStats stats = storage.stats();

    assertThat(stats.estimatedVersions()).isZero();
    assertThat(stats.backgroundErrors()).isZero();
    assertThat(stats.writesStopped()).isFalse();
    assertThat(stats.diskFreeBytes()).isPositive();
  }

  @Test
  void stats_countsVersions() {
    ingest(VERSIONS, "a=1", "b=2");

    assertThat(storage.stats().estimatedVersions()).isEqualTo(2);
  }

  @Test
  void close_twice() {
    storage.close();
    storage.close();

    assertThatUnavailable(() -> storage.get(META, bytes("k")));
  }

  @ParameterizedTest
  @EnumSource
  void close_refusesCallsAfterIt(AnyCall call) {
    storage.close();

    assertThatUnavailable(() -> call.run(storage));
  }

  @Test
  void close_waitsForCursorsAndIngestions() throws Exception {
    write(batchOf("a"));
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<?> closed;
      try (StorageIterator cursor = storage.iterate(META);
          SortedIngest ingest = storage.ingest(VERSIONS)) {
        closed = executor.submit(() -> storage.close());
        awaitRefusal();

        cursor.seekToFirst();
        assertThat(text(cursor.key())).isEqualTo("a");
        ingest.put(bytes("v"), bytes("1"));
        ingest.commit();
        assertThat(closed.isDone()).isFalse();
      }
      closed.get();
    }
    storage = open(directory);
    assertThat(rows(VERSIONS)).containsExactly("v=1");
  }

  @Test
  void close_fromManyThreads() throws Exception {
    race(thread -> storage.close());

    assertThatUnavailable(() -> storage.syncWal());
  }

  @Test
  void close_underLoad() throws Exception {
    write(batchOf("a", "b", "c"));
    ingest(VERSIONS, "a=1", "b=1");
    var started = new CountDownLatch(THREADS);
    var answers = new AtomicInteger();
    try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Void>> callers = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        AnyCall[] calls = AnyCall.values();
        int offset = thread;
        Callable<Void> caller =
            () -> {
              for (int i = offset; ; i++) {
                calls[i % calls.length].run(storage);
                answers.incrementAndGet();
                started.countDown();
              }
            };
        callers.add(executor.submit(caller));
      }
      started.await();

      storage.close();

      for (Future<Void> caller : callers) {
        assertThatExceptionOfType(ExecutionException.class)
            .isThrownBy(caller::get)
            .havingCause()
            .isInstanceOfSatisfying(
                StoreException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
      }
    }
    assertThat(answers.get()).isGreaterThanOrEqualTo(THREADS);
    reopen();
    assertThat(rows(META)).contains("a=v", "b=v", "c=v");
  }

  /** One of each call there is. */
  enum AnyCall {
    GET {
      @Override
      void run(StorageService storage) {
        storage.get(META, bytes("a"));
      }
    },
    WRITE {
      @Override
      void run(StorageService storage) {
        storage.write(new StorageBatch().put(META, bytes("w"), bytes("v")), LOGGED);
      }
    },
    FIRST {
      @Override
      void run(StorageService storage) {
        storage.first(VERSIONS, bytes("a"), bytes("b"));
      }
    },
    SYNC {
      @Override
      void run(StorageService storage) {
        storage.syncWal();
      }
    },
    INGEST {
      @Override
      void run(StorageService storage) {
        try (SortedIngest ingest = storage.ingest(VERSIONS)) {
          ingest.put(bytes("x"), bytes("1"));
          ingest.commit();
        }
      }
    },
    ITERATE {
      @Override
      void run(StorageService storage) {
        try (StorageIterator cursor = storage.iterate(VERSIONS)) {
          rows(cursor);
        }
      }
    },
    WRITE_SYNCED {
      @Override
      void run(StorageService storage) {
        storage.write(new StorageBatch().put(LOG, bytes("w"), bytes("v")), SYNCED);
      }
    },
    DELETE_RANGE {
      @Override
      void run(StorageService storage) {
        storage.deleteRange(LOG, bytes("p"), bytes("q"));
      }
    },
    FLUSH {
      @Override
      void run(StorageService storage) {
        storage.flush(LOG);
      }
    },
    COMPACT {
      @Override
      void run(StorageService storage) {
        storage.compact(VERSIONS);
      }
    },
    STATS {
      @Override
      void run(StorageService storage) {
        storage.stats();
      }
    };

    abstract void run(StorageService storage);
  }

  /** What one thread of a race does. */
  protected interface Racer {
    void run(int thread) throws Exception;
  }

  /** Lets eight threads go at once and returns when all are done; throws what one of them threw. */
  protected static void race(Racer racer) throws Exception {
    var start = new CyclicBarrier(THREADS);
    try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Void>> racers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        Callable<Void> task =
            () -> {
              start.await();
              racer.run(thread);
              return null;
            };
        racers.add(executor.submit(task));
      }
      for (Future<Void> task : racers) {
        task.get();
      }
    }
  }

  /** Closes the store under test and opens it again. */
  protected final void reopen() {
    storage.close();
    storage = open(directory);
  }

  /** Writes {@code batch} without a sync. */
  protected final void write(StorageBatch batch) {
    storage.write(batch, LOGGED);
  }

  /** Ingests rows given as {@code key=value}, in rising order. */
  protected final void ingest(ColumnFamily family, String... rows) {
    try (SortedIngest ingest = storage.ingest(family)) {
      for (String row : rows) {
        int split = row.indexOf('=');
        ingest.put(bytes(row.substring(0, split)), bytes(row.substring(split + 1)));
      }
      ingest.commit();
    }
  }

  /** All rows of a column family as {@code key=value}. */
  protected final List<String> rows(ColumnFamily family) {
    try (StorageIterator cursor = storage.iterate(family)) {
      return rows(cursor);
    }
  }

  private static List<String> rows(StorageIterator cursor) {
    List<String> rows = new ArrayList<>();
    for (cursor.seekToFirst(); cursor.valid(); cursor.next()) {
      rows.add(text(cursor.key()) + "=" + text(cursor.value()));
    }
    return rows;
  }

  private @Nullable String first(String from, String to) {
    StorageRow row = storage.first(VERSIONS, bytes(from), bytes(to));
    return row == null ? null : text(row.key()) + "=" + text(row.value());
  }

  private static @Nullable String keyAfter(Runnable move, StorageIterator cursor) {
    move.run();
    return cursor.valid() ? text(cursor.key()) : null;
  }

  private static StorageBatch batchOf(String... keys) {
    var batch = new StorageBatch();
    for (String key : keys) {
      batch.put(META, bytes(key), bytes("v"));
    }
    return batch;
  }

  private static byte[] padded(int number) {
    return bytes(String.format(Locale.ROOT, "%0100d", number));
  }

  private void awaitRefusal() {
    while (true) {
      try {
        storage.syncWal();
        Thread.onSpinWait();
      } catch (StoreException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        return;
      }
    }
  }

  /** Asserts that {@code call} fails because the store is closed. */
  protected static void assertThatUnavailable(ThrowingCallable call) {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
  }

  /** The UTF-8 form of {@code text}. */
  protected static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The text whose UTF-8 form {@code bytes} are. */
  protected static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
