package io.varve.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.checkpoint.Checkpoint;
import io.varve.checkpoint.CheckpointEngine;
import io.varve.checkpoint.CheckpointManifest;
import io.varve.checkpoint.CheckpointOrigin;
import io.varve.checkpoint.CheckpointService;
import io.varve.checkpoint.CheckpointSettings;
import io.varve.model.ErrorCode;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreFailure;
import io.varve.model.StoreId;
import io.varve.mvcc.ManualClock;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.storage.StorageService;
import io.varve.storage.rocksdb.RocksDbLock;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests for {@link CheckpointJob}. */
final class CheckpointJobTest {
  @TempDir private Path directory;
  private final ManualClock clock = new ManualClock(1_764_000_000_000L);
  private final AtomicLong nanoTime = new AtomicLong();
  private final Engine engine = new Engine();
  private MvccStore store;
  private CheckpointService service;

  @BeforeEach
  void open() {
    store =
        MvccStore.open(
            engine.open(directory.resolve("db")),
            MvccSettings.defaults(directory),
            clock,
            StoreId.of(1),
            MvccListener.NONE);
    service =
        new CheckpointService(
            () -> store,
            new CheckpointSettings(directory, directory.resolve("checkpoints"), "1"),
            engine,
            clock,
            () -> StoreId.of(2));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private CheckpointJob job(int keep, boolean verify) {
    return new CheckpointJob(
        service, keep, verify, () -> nanoTime.addAndGet(Duration.ofMillis(7).toNanos()));
  }

  private CheckpointManifest run(CheckpointJob job) {
    clock.advance(Duration.ofSeconds(1));
    return job.runOnce();
  }

  private List<String> ids() {
    return service.list().stream().map(Checkpoint::id).toList();
  }

  @Test
  void runOnce_makesAScheduledOneAndKeepsSoMany() {
    CheckpointJob job = job(2, true);
    assertThat(job.name()).isEqualTo("checkpoint");
    run(job);
    CheckpointManifest second = run(job);
    CheckpointManifest third = run(job);
    assertThat(third.origin()).isEqualTo(CheckpointOrigin.SCHEDULED);
    assertThat(ids()).containsExactly(third.id(), second.id());
    assertThat(job.stats())
        .isEqualTo(
            new CheckpointStats(
                3,
                0,
                third.id(),
                Revision.ZERO,
                third.bytes(),
                Duration.ofMillis(7),
                clock.instant(),
                null));
  }

  @Test
  void runOnce_forAnOperator() {
    CheckpointJob job = job(1, false);
    CheckpointManifest manual = job.runOnce(CheckpointOrigin.MANUAL);
    assertThat(manual.origin()).isEqualTo(CheckpointOrigin.MANUAL);
    CheckpointManifest scheduled = run(job);
    assertThat(ids()).containsExactly(scheduled.id(), manual.id());
  }

  @Test
  void runOnce_verifiesIfAskedTo() {
    run(job(5, false));
    assertThat(engine.reads).isEqualTo(1);
    run(job(5, true));
    assertThat(engine.reads).isEqualTo(3);
  }

  @Test
  void runOnce_countsADamagedOneAsAFailureAndDeletesNothing() {
    CheckpointJob job = job(1, true);
    CheckpointManifest sound = run(job);
    engine.failsAfter = engine.reads + 1;
    StoreFailure.expect(ErrorCode.CHECKPOINT_DAMAGED, () -> run(job));
    assertThat(ids()).hasSize(2).contains(sound.id());
    CheckpointStats stats = job.stats();
    assertThat(stats.runs()).isEqualTo(1);
    assertThat(stats.failures()).isEqualTo(1);
    assertThat(stats.lastId()).isEqualTo(sound.id());
    assertThat(stats.lastSuccess()).isEqualTo(sound.createdAt());
    assertThat(stats.lastError()).contains("CHECKPOINT_DAMAGED");
  }

  @Test
  void runOnce_countsAFailure() {
    CheckpointJob job = job(1, true);
    engine.failsAfter = 0;
    StoreFailure.expect(ErrorCode.STORAGE_IO, () -> run(job));
    assertThat(ids()).isEmpty();
    assertThat(job.stats().failures()).isEqualTo(1);
    assertThat(job.stats().lastId()).isNull();
    engine.failsAfter = Integer.MAX_VALUE;
    run(job);
    assertThat(job.stats().runs()).isEqualTo(1);
    assertThat(job.stats().lastError()).isNull();
  }

  /** Counts how often a copy is read, and fails from one time on. */
  private static final class Engine implements CheckpointEngine {
    private int reads;
    private int failsAfter = Integer.MAX_VALUE;

    @Override
    public StorageService openReadOnly(Path database, Path infoLogDirectory) {
      if (reads++ >= failsAfter) {
        throw StoreErrors.io("read", "injected", null);
      }
      return RocksDbStorageService.openReadOnly(
          RocksDbSettings.defaults(database), infoLogDirectory);
    }

    @Override
    public StorageService open(Path database) {
      return RocksDbStorageService.open(RocksDbSettings.defaults(database));
    }

    @Override
    public Lock lock(Path database) {
      return RocksDbLock.take(database)::close;
    }

    @Override
    public String version() {
      return RocksDbStorageService.engineVersion();
    }
  }
}
