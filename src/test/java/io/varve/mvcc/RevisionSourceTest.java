package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreFailure;
import io.varve.storage.ForwardingStorageService;
import io.varve.storage.InMemoryStorageService;
import io.varve.storage.StorageBatch;
import io.varve.storage.WriteSync;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** Tests for {@link RevisionSource}. */
final class RevisionSourceTest {
  private static final int BLOCK = 4;

  private final ReentrantLock commitLock = new ReentrantLock();
  private final ManualClock clock = new ManualClock(10_000);
  private boolean failing;
  private final StoreMeta meta =
      new StoreMeta(
          new ForwardingStorageService(InMemoryStorageService.create()) {
            @Override
            public void write(StorageBatch batch, WriteSync sync) {
              assertThat(sync).isEqualTo(WriteSync.SYNCED);
              if (failing) {
                throw StoreErrors.io("write", "no space", null);
              }
              super.write(batch, sync);
            }
          });
  private final RevisionSource source = source(Durability.SYNC_ON_COMMIT);

  @Test
  void next_ceilingIsAhead() {
    source.startAt(0, 0, 0);
    for (int revision = 1; revision <= 3 * BLOCK; revision++) {
      Commit commit = next(source);
      assertThat(commit.revision()).isEqualTo(revision);
      assertThat(commit.previous()).isEqualTo(revision - 1);
      assertThat(meta.ceiling().revision()).isGreaterThanOrEqualTo(revision);
    }
    assertThat(meta.ceiling()).isEqualTo(new StoreMeta.Ceiling(3 * BLOCK, false));
  }

  @Test
  void next_ceilingSaysWhatMayHaveBeenSeen() {
    RevisionSource early = source(Durability.SYNC_ON_INTERVAL);
    early.startAt(0, 0, 0);
    next(early);

    assertThat(meta.ceiling().visibleEarly()).isTrue();
  }

  @Test
  void next_ceilingCannotBeWritten() {
    source.startAt(0, 0, 0);
    failing = true;
    StoreFailure.expect(ErrorCode.STORAGE_IO, () -> next(source));
    failing = false;

    assertThat(next(source).revision()).as("nothing was given out").isEqualTo(1);
  }

  @Test
  void next_withoutTheLock() {
    source.startAt(0, 0, 0);

    assertThatIllegalStateException()
        .isThrownBy(() -> source.next(null, null, List.of(), List.of()));
  }

  @Test
  void next_aboveALostRange() {
    source.startAt(16, 5, 0);

    Commit commit = next(source);

    assertThat(commit.revision()).isEqualTo(17);
    assertThat(commit.previous()).as("the log has no hole").isEqualTo(5);
    assertThat(source.lastCommitted()).isEqualTo(17);
  }

  @Test
  void next_lastRevisionThereIs() {
    source.startAt(Revision.MAX_VALUE - 1, 5, 0);

    assertThat(next(source).revision()).isEqualTo(Revision.MAX_VALUE);
    assertThatIllegalStateException().isThrownBy(() -> next(source));
  }

  @Test
  void startAt_commitsAboveTheCeiling() {
    assertThatIllegalStateException().isThrownBy(() -> source.startAt(5, 6, 0));
  }

  @Test
  void next_clockStepsBack() {
    source.startAt(0, 0, 0);
    assertThat(next(source).timeMs()).isEqualTo(10_000);
    clock.set(9_000);
    assertThat(next(source).timeMs()).isEqualTo(10_000);
    assertThat(source.clockStepsBack()).as("a second is no step").isZero();
    clock.set(8_999);
    assertThat(next(source).timeMs()).isEqualTo(10_000);
    assertThat(source.clockStepsBack()).isEqualTo(1);
    clock.set(10_001);
    assertThat(next(source).timeMs()).isEqualTo(10_001);
  }

  @Test
  void next_clockBehindTheLastCommitOfTheStore() {
    source.startAt(3, 3, 50_000);

    assertThat(next(source).timeMs()).isEqualTo(50_000);
    assertThat(source.clockStepsBack()).isEqualTo(1);
  }

  @Test
  void close_nextStartGoesOnDensely() {
    source.startAt(0, 0, 0);
    next(source);
    next(source);
    source.close();

    assertThat(meta.ceiling().revision()).isEqualTo(2);
  }

  @Test
  void close_nothingGivenOut() {
    source.startAt(16, 5, 0);
    failing = true;
    source.close();

    assertThat(meta.ceiling().revision()).as("nothing to write").isZero();
  }

  private RevisionSource source(Durability durability) {
    MvccSettings defaults = MvccSettings.defaults(Path.of("unused"));
    return new RevisionSource(
        commitLock,
        meta,
        clock,
        new MvccSettings(
            defaults.directory(),
            durability,
            defaults.overlay(),
            defaults.cacheMaxBytes(),
            defaults.retention(),
            defaults.log(),
            false,
            BLOCK));
  }

  private Commit next(RevisionSource from) {
    commitLock.lock();
    try {
      Commit commit = from.next(null, null, List.of(), List.of());
      from.committed(commit);
      return commit;
    } finally {
      commitLock.unlock();
    }
  }
}
