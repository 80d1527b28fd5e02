package io.varve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.varve.checkpoint.CheckpointFixture.Crash;
import io.varve.model.Durability;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.mvcc.MvccStore;
import io.varve.storage.rocksdb.NoLeaks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ends the process, or fails, at every single step that a checkpoint or a restore takes on the file
 * system. Afterwards there is the old state or the new one, and no rubbish.
 */
@NullMarked
@Timeout(300)
@ExtendWith(NoLeaks.class)
final class CheckpointCrashTest {
  @TempDir Path temporary;

  private CheckpointFixture fixture = new CheckpointFixture(Path.of(""), Durability.FLUSH_ONLY);

  @AfterEach
  void close() {
    fixture.close();
  }

  /** Lets so many steps pass, then ends the process: no step after that is taken either. */
  private final class CrashingWatch implements Disk.Watch {
    private int left;

    CrashingWatch(int left) {
      this.left = left;
    }

    @Override
    public void before(String what, Path path) {
      if (left-- <= 0) {
        fixture.crashed = true;
        throw new Crash(what + " " + path);
      }
    }
  }

  /** Lets so many steps pass, fails one, and is well again. */
  private static final class FailingWatch implements Disk.Watch {
    private int left;

    FailingWatch(int left) {
      this.left = left;
    }

    @Override
    public void before(String what, Path path) {
      if (left-- == 0) {
        throw StoreErrors.io(what + " " + path, "injected", null);
      }
    }
  }

  @Test
  void create_crashesAtEveryStep() {
    fixture = new CheckpointFixture(temporary.resolve("data"), Durability.SYNC_ON_COMMIT);
    fixture.open();
    fixture.work(new Random(1), 30);
    int whole = 0;
    for (int step = 0; ; step++) {
      CheckpointService crashing = fixture.service(new Disk(new CrashingWatch(step)));
      Throwable thrown = catchThrowable(() -> crashing.create(CheckpointOrigin.MANUAL));
      CheckpointService next = fixture.start();
      assertOnlyWholeCheckpoints(next, step);
      int found = next.list().size();
      if (thrown == null) {
        assertThat(found).isEqualTo(whole + 1);
        assertThat(step).as("steps").isGreaterThan(10);
        return;
      }
      assertThat(thrown).isInstanceOf(Crash.class);
      assertThat(found).as("after %s", thrown).isBetween(whole, whole + 1);
      whole = found;
    }
  }

  @Test
  void create_failsAtEveryStep() {
    fixture = new CheckpointFixture(temporary.resolve("data"), Durability.SYNC_ON_COMMIT);
    fixture.open();
    fixture.work(new Random(1), 30);
    for (int step = 0; ; step++) {
      CheckpointService failing = fixture.service(new Disk(new FailingWatch(step)));
      Throwable thrown = catchThrowable(() -> failing.create(CheckpointOrigin.MANUAL));
      assertOnlyWholeCheckpoints(fixture.service(), step);
      if (thrown == null) {
        assertThat(fixture.put("k", "running")).isEqualTo(31);
        return;
      }
      assertThat(thrown).isInstanceOf(StoreException.class).hasMessageContaining("injected");
    }
  }

  @Test
  void delete_crashesAtEveryStep() {
    fixture = new CheckpointFixture(temporary.resolve("data"), Durability.SYNC_ON_COMMIT);
    fixture.open();
    fixture.put("a", "1");
    for (int step = 0; ; step++) {
      CheckpointManifest made = fixture.service().create(CheckpointOrigin.MANUAL);
      CheckpointService crashing = fixture.service(new Disk(new CrashingWatch(step)));
      Throwable thrown = catchThrowable(() -> crashing.delete(made.id()));
      CheckpointService next = fixture.start();
      assertOnlyWholeCheckpoints(next, step);
      if (thrown == null) {
        assertThat(next.list().stream().map(Checkpoint::id)).doesNotContain(made.id());
        return;
      }
      next.list().forEach(left -> next.delete(left.id()));
    }
  }

  private void assertOnlyWholeCheckpoints(CheckpointService service, int step) {
    List<Checkpoint> found = service.list();
    assertThat(CheckpointFixture.names(fixture.checkpoints()))
        .as("step %d", step)
        .containsExactlyInAnyOrderElementsOf(found.stream().map(Checkpoint::id).toList());
    if (!found.isEmpty()) {
      CheckpointVerification newest = service.verify(found.getFirst().id());
      assertThat(newest.problems()).as("step %d", step).isEmpty();
    }
  }

  /** A store with a checkpoint and later commits, which each step gets a copy of. */
  private Template template() {
    fixture = new CheckpointFixture(temporary.resolve("template"), Durability.SYNC_ON_COMMIT);
    fixture.open();
    fixture.work(new Random(1), 30);
    CheckpointManifest made = fixture.service().create(CheckpointOrigin.MANUAL);
    Map<String, List<String>> restored = CheckpointFixture.state(fixture.store(), made.revision());
    fixture.work(new Random(2), 10);
    Map<String, List<String>> old = CheckpointFixture.state(fixture.store(), fixture.highest());
    Template template =
        new Template(
            fixture.dataDirectory(), made, fixture.store().storeId().text(), old, restored);
    fixture.close();
    return template;
  }

  private record Template(
      Path directory,
      CheckpointManifest checkpoint,
      String storeId,
      Map<String, List<String>> old,
      Map<String, List<String>> restored) {}

  private void openCopy(Template template, int step) {
    Path directory = temporary.resolve("step" + step);
    CheckpointFixture.copy(template.directory(), directory);
    fixture = new CheckpointFixture(directory, Durability.SYNC_ON_COMMIT);
    fixture.open();
    fixture.put("z", "running"); // so that there is something in the write-ahead log
  }

  @Test
  void restore_crashesAtEveryStep() {
    Template template = template();
    boolean wasNew = false;
    for (int step = 0; ; step++) {
      openCopy(template, step);
      CheckpointService crashing = fixture.service(new Disk(new CrashingWatch(step)));
      Throwable thrown =
          catchThrowable(() -> crashing.restore(template.checkpoint().id(), () -> {}, fixture));
      fixture.close();
      fixture.start();
      fixture.open();
      boolean isNew = assertOldOrNew(template, step);
      assertThat(isNew || !wasNew).as("once new, then new at every later step").isTrue();
      wasNew = isNew;
      fixture.close();
      Disk.REAL.deleteTree(fixture.dataDirectory());
      if (thrown == null) {
        assertThat(isNew).isTrue();
        assertThat(step).as("steps").isGreaterThan(20);
        return;
      }
      assertThat(thrown).isInstanceOf(Crash.class);
    }
  }

  @Test
  void restore_failsAtEveryStep() {
    Template template = template();
    for (int step = 0; ; step++) {
      openCopy(template, step);
      CheckpointService failing = fixture.service(new Disk(new FailingWatch(step)));
      Throwable thrown =
          catchThrowable(() -> failing.restore(template.checkpoint().id(), () -> {}, fixture));
      boolean isNew = assertOldOrNew(template, step);
      if (fixture.swaps == 0) {
        assertThat(isNew).as("untouched").isFalse();
      }
      fixture.close();
      Disk.REAL.deleteTree(fixture.dataDirectory());
      if (thrown == null) {
        assertThat(isNew).isTrue();
        return;
      }
      assertThat(thrown).isInstanceOf(StoreException.class).hasMessageContaining("injected");
    }
  }

  /** Whether the store is the new one; checks that it is one of the two, and that it works. */
  private boolean assertOldOrNew(Template template, int step) {
    MvccStore store = fixture.store();
    boolean isNew = !store.storeId().text().equals(template.storeId());
    long revision = isNew ? template.checkpoint().revision() : fixture.highest() - 1;
    assertThat(CheckpointFixture.state(store, revision))
        .as("step %d", step)
        .isEqualTo(isNew ? template.restored() : template.old());
    long highest = fixture.highest();
    assertThat(fixture.put("k", "after")).as("step %d", step).isGreaterThan(highest);
    assertThat(CheckpointFixture.names(fixture.dataDirectory()))
        .as("step %d", step)
        .containsExactly("SYNCED", "checkpoints", "db");
    Path checkpoint = Path.of("checkpoints", template.checkpoint().id());
    assertThat(CheckpointFixture.bytes(fixture.dataDirectory().resolve(checkpoint)))
        .isEqualTo(CheckpointFixture.bytes(template.directory().resolve(checkpoint)));
    return isNew;
  }
}
