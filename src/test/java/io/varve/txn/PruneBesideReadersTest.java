package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.varve.model.Durability;
import io.varve.model.Entry;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.StoreException;
import io.varve.model.Value;
import io.varve.mvcc.LogRetention;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.PruneRequest;
import io.varve.mvcc.PruneResult;
import io.varve.mvcc.Snapshot;
import io.varve.storage.rocksdb.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Prune on RocksDB takes nothing from those who read, and gives the space of the rest back. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class PruneBesideReadersTest {
  private static final int KEYS = 60;
  private static final int WRITERS = 3;
  private static final int WRITES = 600;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void longReader_keepsItsVersionsWhileOthersWrite(Durability durability) throws Exception {
    MvccSettings settings = TestManager.smallSettings(directory, durability);
    Revision read;
    try (TestManager store = TestManager.openWithUpkeep(directory, settings);
        ExecutorService executor = Executors.newFixedThreadPool(WRITERS)) {
      for (int i = 0; i < KEYS; i++) {
        store.put(key(i), "first");
      }
      try (Snapshot reader = store.store().snapshot()) {
        read = reader.revision();
        List<Entry> before = everything(reader);
        assertThat(before).hasSize(KEYS);
        List<Future<?>> writers = startWriters(store, executor);
        do {
          assertThat(everything(reader)).isEqualTo(before);
          for (Entry entry : before) {
            assertThat(reader.get(entry.key())).isEqualTo(entry);
          }
        } while (!writers.stream().allMatch(Future::isDone));
        for (Future<?> writer : writers) {
          writer.get();
        }
        store.store().flush();
        var _ = store.store().prune(PruneRequest.scheduled(Duration.ofMinutes(1)));
        assertThat(everything(reader)).isEqualTo(before);
        assertThat(store.manager().status().prunedTo()).isGreaterThan(read);
      }
      ReadPoint past = new ReadPoint.AtRevision(read);
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> store.manager().read(past, ReadView::readRevision))
          .matches(e -> e.code() == ErrorCode.REVISION_PRUNED);
    }
  }

  private static List<Future<?>> startWriters(TestManager store, ExecutorService executor) {
    List<Future<?>> writers = new ArrayList<>();
    for (int thread = 0; thread < WRITERS; thread++) {
      Random random = new Random(thread);
      writers.add(
          executor.submit(
              () -> {
                for (int i = 0; i < WRITES; i++) {
                  Key key = key(random.nextInt(KEYS));
                  boolean deletes = random.nextInt(4) == 0;
                  var _ =
                      store
                          .manager()
                          .execute(
                              TransactionOptions.DEFAULTS,
                              view -> {
                                if (deletes) {
                                  view.delete(key);
                                } else {
                                  view.put(key, Value.of("later"));
                                }
                                return "";
                              });
                }
                return null;
              }));
    }
    return writers;
  }

  private static List<Entry> everything(Snapshot snapshot) {
    return snapshot.scan(KeyRange.ALL, ScanOptions.first(10 * KEYS)).entries();
  }

  private static Key key(int number) {
    return Key.of("key-" + number);
  }

  /** Thirty versions of every key, of which one is left: most bytes on disk go, log included. */
  @ParameterizedTest
  @EnumSource
  void bytesOnDisk_fallAfterPruneAndCompaction(Durability durability) throws Exception {
    int rounds = 30;
    var clock = new SimulationClock();
    MvccSettings settings =
        MvccSettings.defaults(directory)
            .with(durability)
            .with(new Retention(1, Duration.ofMinutes(5)))
            .with(new LogRetention(Duration.ofMinutes(5), 1L << 30));
    try (TestManager store = TestManager.open(directory, settings, clock)) {
      Random random = new Random(1);
      for (int round = 0; round < rounds; round++) {
        writeAll(store, random);
        store.store().flush();
      }
      store.store().compact();
      long before = StoreFiles.bytes(directory);
      clock.move(Duration.ofHours(1).toMillis());
      store.put(Key.of("end"), "");
      store.store().flush();
      PruneResult result = store.store().prune(PruneRequest.scheduled(Duration.ofMinutes(1)));
      store.store().compact();
      long after = StoreFiles.bytes(directory);

      assertThat(result.complete()).isTrue();
      assertThat(result.versions()).isEqualTo((long) (rounds - 1) * KEYS);
      assertThat(after).as("bytes, of %d before", before).isLessThan(before / 3);
      assertThat(everythingLatest(store)).hasSize(KEYS + 1);
    }
  }

  private static List<Entry> everythingLatest(TestManager store) {
    try (Snapshot snapshot = store.store().snapshot()) {
      return everything(snapshot);
    }
  }

  private static void writeAll(TestManager store, Random random) {
    var _ =
        store
            .manager()
            .execute(
                TransactionOptions.DEFAULTS,
                view -> {
                  for (int i = 0; i < KEYS; i++) {
                    byte[] bytes = new byte[2_000];
                    random.nextBytes(bytes);
                    view.put(key(i), Value.wrap(bytes, null));
                  }
                  return "";
                });
  }
}
