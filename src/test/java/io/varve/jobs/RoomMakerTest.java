package io.varve.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Key;
import io.varve.model.Retention;
import io.varve.model.StoreId;
import io.varve.model.Value;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.storage.InMemoryStorageService;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionSettings;
import io.varve.txn.WriteAdmission.Admitted;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests for {@link RoomMaker}. */
final class RoomMakerTest {
  private static final Retention NEWEST_ALONE = new Retention(1, Duration.ZERO);

  @TempDir private Path directory;
  private final List<Runnable> begun = new ArrayList<>();
  private MvccStore store;
  private MvccTransactionManager transactions;
  private PruneJob pruneJob;
  private JobRunner<CompactStats> compact;
  private RoomMaker maker;

  @BeforeEach
  void open() {
    store =
        MvccStore.open(
            InMemoryStorageService.create(),
            MvccSettings.defaults(directory),
            InstantSource.system(),
            StoreId.of(1),
            MvccListener.NONE);
    transactions =
        MvccTransactionManager.start(store, TransactionSettings.DEFAULTS, System::nanoTime);
    pruneJob = new PruneJob(() -> store, Duration.ofMinutes(1));
    compact = new JobRunner<>(new CompactJob(() -> store), System::nanoTime);
    maker =
        new RoomMaker(
            begun::add,
            Runnable::run,
            new JobRunner<>(new FlushJob(() -> store, 0), System::nanoTime),
            new JobRunner<>(pruneJob, System::nanoTime),
            pruneJob,
            compact);
  }

  @AfterEach
  void close() {
    transactions.close();
    store.close();
  }

  private long put(String value) {
    return transactions
        .execute(
            TransactionOptions.DEFAULTS,
            view -> {
              view.put(Key.of("k"), Value.of(value));
              return true;
            })
        .revision()
        .value();
  }

  private static WriteWatchStats seen(long diskFreeBytes, long storeBytes) {
    return new WriteWatchStats(
        "QUOTA", Admitted.DELETES, 0, diskFreeBytes, 1_000_000, 1_000, storeBytes, storeBytes);
  }

  private void runBegun() {
    begun.removeFirst().run();
  }

  @Test
  void flushesAndTrimsTheLogToItsNewestRecord() {
    put("1");
    long last = put("2");

    maker.accept(seen(1_000, 100));
    runBegun();

    assertThat(store.status().flushed().value()).isEqualTo(last);
    assertThat(pruneJob.stats().logTrimmedTo().value()).isEqualTo(last);
    assertThat(pruneJob.stats().versions()).as("prune keeps what the settings say").isZero();
    assertThat(compact.status().runs()).as("nothing was pruned").isZero();
  }

  @Test
  void oneAtATime() {
    maker.accept(seen(1_000, 100));
    maker.accept(seen(1_000, 100));
    assertThat(begun).hasSize(1);
    runBegun();
    maker.accept(seen(1_000, 100));
    assertThat(begun).hasSize(1);
  }

  @Test
  void compacts_onceMuchWasPruned_andThereIsRoomForIt() {
    put("x".repeat(1_000));
    put("2");
    store.flush();
    assertThat(pruneJob.runOnce(NEWEST_ALONE, false).bytes()).isBetween(1_000L, 1_100L);

    maker.accept(seen(1_000, 10_000));
    runBegun();
    assertThat(compact.status().runs()).as("no room for a second copy").isZero();
    maker.accept(seen(50_000, 40_000));
    runBegun();
    assertThat(compact.status().runs()).as("next to nothing was pruned").isZero();
    maker.accept(seen(50_000, 10_000));
    runBegun();
    assertThat(compact.status().runs()).isEqualTo(1);
    maker.accept(seen(50_000, 10_000));
    runBegun();
    assertThat(compact.status().runs()).as("nothing was pruned since").isEqualTo(1);
  }

  @Test
  void serviceThatStops_isLeftAlone() {
    RoomMaker stopping =
        new RoomMaker(
            _ -> {
              throw new RejectedExecutionException("stopping");
            },
            Runnable::run,
            new JobRunner<>(new FlushJob(() -> store, 0), System::nanoTime),
            new JobRunner<>(pruneJob, System::nanoTime),
            pruneJob,
            compact);
    stopping.accept(seen(1_000, 100));
    stopping.accept(seen(1_000, 100));
    assertThat(pruneJob.stats().runs()).isZero();
  }
}
