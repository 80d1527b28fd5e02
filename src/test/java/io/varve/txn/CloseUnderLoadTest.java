package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.ScanOptions;
import io.varve.model.StoreException;
import io.varve.model.Value;
import io.varve.mvcc.PruneRequest;
import io.varve.storage.rocksdb.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Closing while eight threads do everything a store can do: each call ends in an answer or is told
 * that the store is closing, nothing native is left open, and what was acknowledged is there
 * afterwards.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class CloseUnderLoadTest {
  private static final int THREADS = 8;
  private static final int TIMES = 6;
  private static final int CALLS_BEFORE_CLOSE = 20;
  private static final int KEYS = 50;

  @TempDir Path directory;

  /** The revision and number of the last write to each key that was acknowledged. */
  private final Map<Key, Long> acknowledged = new ConcurrentHashMap<>();

  @ParameterizedTest
  @EnumSource
  void everyCallEnds_andNothingAcknowledgedIsLost(Durability durability) throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
      for (int time = 0; time < TIMES; time++) {
        TestManager store =
            TestManager.open(directory, TestManager.smallSettings(directory, durability));
        checkAcknowledged(store);
        CountDownLatch busy = new CountDownLatch(THREADS * CALLS_BEFORE_CLOSE);
        List<Future<?>> running = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
          Random random = new Random(31L * time + thread);
          running.add(executor.submit(() -> callUntilClosed(store, random, busy)));
        }
        busy.await();
        store.close();
        for (Future<?> one : running) {
          one.get();
        }
      }
    }
    try (TestManager store =
        TestManager.open(directory, TestManager.smallSettings(directory, durability))) {
      checkAcknowledged(store);
    }
  }

  private void checkAcknowledged(TestManager store) {
    acknowledged.forEach(
        (key, revision) ->
            assertThat(store.manager().history(key, 1).getFirst().revision().value())
                .as("newest revision of %s", key)
                .isGreaterThanOrEqualTo(revision));
  }

  private void callUntilClosed(TestManager store, Random random, CountDownLatch busy) {
    try {
      while (true) {
        call(store, random);
        busy.countDown();
      }
    } catch (StoreException e) {
      assertThat(e.code())
          .as(e.toString())
          .isIn(ErrorCode.SHUTTING_DOWN, ErrorCode.STORE_UNAVAILABLE);
    }
  }

  private void call(TestManager store, Random random) {
    Key key = Key.of("key-" + random.nextInt(KEYS));
    switch (random.nextInt(10)) {
      case 0 ->
          store
              .manager()
              .read(
                  ReadPoint.LATEST,
                  view -> view.scan(KeyRange.ALL, ScanOptions.last(20)).entries().size());
      case 1 -> store.manager().history(key, 5);
      case 2 -> store.store().flush();
      case 3 -> store.store().prune(PruneRequest.scheduled(Duration.ofSeconds(1)));
      case 4 -> store.manager().status();
      case 5 -> interactive(store, key);
      case 6 -> store.manager().read(ReadPoint.LATEST, view -> String.valueOf(view.get(key)));
      default -> write(store, key);
    }
  }

  private void write(TestManager store, Key key) {
    Executed<String> done =
        store
            .manager()
            .execute(
                TransactionOptions.DEFAULTS.with(Isolation.SNAPSHOT),
                view -> {
                  view.put(key, Value.of("x".repeat(300)));
                  return "";
                });
    acknowledged.merge(key, done.revision().value(), Math::max);
  }

  private static void interactive(TestManager store, Key key) {
    try (Transaction transaction = store.begin(Isolation.SERIALIZABLE)) {
      var _ = transaction.get(key);
      transaction.delete(Key.of("other"));
      var _ = transaction.commit();
    }
  }
}
