package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.Key;
import io.varve.model.Value;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.PruneRequest;
import io.varve.mvcc.PruneResult;
import io.varve.storage.ColumnFamily;
import io.varve.storage.ForwardingStorageService;
import io.varve.storage.InMemoryStorageService;
import io.varve.storage.SortedIngest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A flush that is asked for while a prune runs comes between two of its steps. */
@Timeout(60)
final class PruneGivesWayTest {
  /** More than one step of a prune looks at. */
  private static final int KEYS = 30_000;

  @TempDir Path directory;

  /** Who ingested versions, in order. */
  private final List<Thread> ingested = new CopyOnWriteArrayList<>();

  private final List<Thread> flushers = new CopyOnWriteArrayList<>();

  @Test
  void prune_flushGoesBetweenTwoSteps() throws Exception {
    var storage =
        new ForwardingStorageService(InMemoryStorageService.create()) {
          @Override
          public SortedIngest ingest(ColumnFamily family) {
            if (family == ColumnFamily.VERSIONS) {
              ingested.add(Thread.currentThread());
              flushers.forEach(PruneGivesWayTest::startAndAwaitBlocked);
              flushers.clear();
            }
            return super.ingest(family);
          }
        };
    try (MvccStore store =
            MvccStore.open(
                storage, settings(), Clock.systemUTC(), TestManager.ID, MvccListener.NONE);
        var manager =
            MvccTransactionManager.start(store, TransactionSettings.DEFAULTS, System::nanoTime)) {
      putAll(manager);
      store.flush();
      putAll(manager);
      store.flush();
      ingested.clear();
      TestManager.put(manager, Key.of("key-0"), "later");
      Thread flusher = Thread.ofPlatform().unstarted(store::flush);
      flushers.add(flusher);

      PruneResult pruned = store.prune(PruneRequest.scheduled(Duration.ofMinutes(1)));
      flusher.join();

      assertThat(pruned.complete()).isTrue();
      assertThat(pruned.versions()).as("one of what the flush brought").isEqualTo(KEYS + 1);
      Thread pruner = Thread.currentThread();
      assertThat(ingested.subList(0, 3)).containsExactly(pruner, flusher, pruner);
    }
  }

  private MvccSettings settings() {
    return TestManager.smallSettings(directory, Durability.FLUSH_ONLY)
        .with(MvccSettings.defaults(directory).overlay());
  }

  private static void putAll(MvccTransactionManager manager) {
    AdaptiveBatchWriter writer = manager.bulkWriter(KEYS, null);
    for (int i = 0; i < KEYS; i++) {
      writer.put(Key.of("key-" + i), Value.of("value"));
    }
    writer.finish();
  }

  /** Blocked on the lock that the caller holds. */
  private static void startAndAwaitBlocked(Thread thread) {
    thread.start();
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }
}
