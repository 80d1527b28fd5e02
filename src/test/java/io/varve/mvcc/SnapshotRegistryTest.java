package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import io.varve.model.StoreFailure;
import io.varve.storage.ForwardingStorageService;
import io.varve.storage.InMemoryStorageService;
import io.varve.storage.StorageBatch;
import io.varve.storage.WriteSync;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link SnapshotRegistry} and {@link RetentionFloor}. */
@Timeout(60)
final class SnapshotRegistryTest {
  private final SnapshotRegistry registry = new SnapshotRegistry();

  @Test
  void register_beforeTheFloorIsRaised() {
    var _ = registry.register(5);

    assertThat(registry.raiseFloor(9)).containsExactly(5);
    assertThat(registry.floor()).isEqualTo(9);
  }

  @Test
  void register_afterTheFloorIsRaised() {
    registry.raiseFloor(9);

    StoreException failure =
        StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> registry.register(8));

    assertThat(failure.context())
        .containsEntry("requested", 8L)
        .containsEntry("oldestRevision", 9L);
    assertThat(registry.size()).as("a refused reader leaves nothing behind").isZero();
    assertThat(registry.register(9).revision()).isEqualTo(9);
  }

  @Test
  void register_belowTheFloorWhereAnotherReads() {
    SnapshotRegistry.Lease first = registry.register(5);
    registry.raiseFloor(9);

    SnapshotRegistry.Lease second = registry.register(5);
    first.close();

    assertThat(registry.held()).containsExactly(5);
    StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> registry.register(4));
    SnapshotRegistry.Lease third = registry.register(5);
    second.close();
    third.close();
    StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> registry.register(5));
  }

  @Test
  void register_revisionZero() {
    registry.raiseFloor(9);

    assertThat(registry.register(0).revision()).isZero();
  }

  /** Two readers that are both about to be refused must not let each other in. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2})
  void register_twoUnconfirmedReaders(long seed) throws Exception {
    var random = new Random(seed);
    registry.raiseFloor(1_000);
    var start = new CyclicBarrier(2);
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < 3_000; round++) {
        long revision = 1 + random.nextLong(900);
        Future<@Nullable StoreException> one = pool.submit(() -> refused(start, revision));
        Future<@Nullable StoreException> two = pool.submit(() -> refused(start, revision));
        assertThat(one.get()).isNotNull();
        assertThat(two.get()).isNotNull();
      }
    }
    assertThat(registry.size()).isZero();
  }

  private @Nullable StoreException refused(CyclicBarrier start, long revision) throws Exception {
    start.await();
    try {
      var _ = registry.register(revision);
      return null;
    } catch (StoreException e) {
      return e;
    }
  }

  /** Whichever comes second sees the other: the reader is refused, or its revision is held. */
  @Test
  void register_whileTheFloorIsRaised() throws Exception {
    var start = new CyclicBarrier(2);
    try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
      for (int round = 1; round <= 5_000; round++) {
        long revision = round;
        var registered =
            pool.submit(
                () -> {
                  start.await();
                  try {
                    return registry.register(revision);
                  } catch (StoreException _) {
                    return null;
                  }
                });
        start.await();
        long[] held = registry.raiseFloor(revision + 1);
        SnapshotRegistry.Lease lease = registered.get();
        if (lease != null) {
          assertThat(Arrays.binarySearch(held, revision)).isNotNegative();
          lease.close();
        }
      }
    }
  }

  @Test
  void oldest_ofSeveral() {
    assertThat(registry.oldest(42)).isEqualTo(42);
    var _ = registry.register(7);
    SnapshotRegistry.Lease five = registry.register(5);
    assertThat(registry.oldest(42)).isEqualTo(5);
    assertThat(registry.oldest(3)).isEqualTo(3);
    five.close();
    five.close();
    assertThat(registry.oldest(42)).isEqualTo(7);
    assertThat(registry.size()).isEqualTo(1);
  }

  /** What is only kept need not be remembered for checks of conflicts. */
  @Test
  void oldestReader_leavesOutWhatOnlyKeeps() {
    assertThat(registry.oldestReader()).isEqualTo(Long.MAX_VALUE);
    registry.register(5).onlyKeeps();
    var _ = registry.resume(6);
    assertThat(registry.oldestReader()).isEqualTo(Long.MAX_VALUE);
    var _ = registry.register(7);

    assertThat(registry.oldestReader()).isEqualTo(7);
    assertThat(registry.oldest(42)).isEqualTo(5);
  }

  @Test
  void resume_belowTheFloor() {
    registry.raiseFloor(9);
    SnapshotRegistry.Lease kept = registry.resume(5);

    registry.register(5).close();
    StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> registry.register(6));
    assertThat(registry.held()).containsExactly(5);
    kept.close();
    StoreFailure.expect(ErrorCode.REVISION_PRUNED, () -> registry.register(5));
  }

  @Test
  void raiseFloor_neverLowersIt() {
    registry.raiseFloor(9);
    registry.raiseFloor(3);

    assertThat(registry.floor()).isEqualTo(9);
  }

  @Test
  void raise_persistsBeforeItPublishes() {
    var storage =
        new ForwardingStorageService(InMemoryStorageService.create()) {
          @Override
          public void write(StorageBatch batch, WriteSync sync) {
            assertThat(registry.floor()).as("nobody is refused before it is on disk").isZero();
            assertThat(sync).isEqualTo(WriteSync.SYNCED);
            super.write(batch, sync);
          }
        };
    StoreMeta meta = new StoreMeta(storage);

    new RetentionFloor(meta, registry).raise(9, 10, new long[0]);

    assertThat(meta.prunedTo()).isEqualTo(9);
    assertThat(registry.floor()).isEqualTo(9);
  }

  @Test
  void raise_holdsWhatWasInUseBeforeAndAfter() {
    RetentionFloor floor =
        new RetentionFloor(new StoreMeta(InMemoryStorageService.create()), registry);
    SnapshotRegistry.Lease before = registry.register(3);
    long[] planned = floor.held();
    before.close();
    var _ = registry.register(5);
    var _ = registry.register(3);

    assertThat(floor.raise(9, 9, planned)).containsExactly(3, 5);
  }

  @Test
  void raise_aboveWhatIsVisible() {
    RetentionFloor floor =
        new RetentionFloor(new StoreMeta(InMemoryStorageService.create()), registry);

    assertThatIllegalStateException().isThrownBy(() -> floor.raise(9, 8, new long[0]));
  }

  @Test
  void raise_lowerThanBefore() {
    StoreMeta meta = new StoreMeta(InMemoryStorageService.create());
    RetentionFloor floor = new RetentionFloor(meta, registry);
    floor.raise(9, 10, new long[0]);
    floor.raise(0, 10, new long[0]);

    assertThat(meta.prunedTo()).isEqualTo(9);
    assertThat(registry.floor()).isEqualTo(9);
  }
}
