package io.varve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.Revision;
import io.varve.model.StoreFailure;
import io.varve.model.StoreState;
import io.varve.mvcc.MvccStore;
import io.varve.storage.rocksdb.NoLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests for restores, of a running store and before the start of one. */
@NullMarked
@Timeout(120)
@ExtendWith(NoLeaks.class)
final class CheckpointRestoreTest {
  @TempDir Path temporary;

  private CheckpointFixture fixture = new CheckpointFixture(Path.of(""), Durability.FLUSH_ONLY);

  private CheckpointService open(Durability durability) {
    fixture = new CheckpointFixture(temporary.resolve("data"), durability);
    fixture.open();
    return fixture.service();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Map<Long, Map<String, List<String>>> states(MvccStore store, long upTo) {
    Map<Long, Map<String, List<String>>> states = new TreeMap<>();
    for (long revision = 0; revision <= upTo; revision += 7) {
      states.put(revision, CheckpointFixture.state(store, revision));
    }
    states.put(upTo, CheckpointFixture.state(store, upTo));
    return states;
  }

  @ParameterizedTest(name = "{0} seed={1}")
  @CsvSource({
    "SYNC_ON_COMMIT, 1",
    "SYNC_ON_COMMIT, 2",
    "SYNC_ON_INTERVAL, 3",
    "FLUSH_ONLY, 4",
    "FLUSH_ONLY, 5"
  })
  void restore_isExactlyTheStateOfItsRevision(Durability durability, long seed) {
    CheckpointService service = open(durability);
    Random random = new Random(seed);
    fixture.work(random, 150);
    CheckpointManifest first = service.create(CheckpointOrigin.MANUAL);
    var firstStates = states(fixture.store(), first.revision());
    fixture.work(random, 150);
    CheckpointManifest second = service.create(CheckpointOrigin.SCHEDULED);
    fixture.work(random, 50);
    Map<String, String> checkpoints = CheckpointFixture.bytes(fixture.checkpoints());
    String storeId = fixture.store().storeId().text();

    RestoredCheckpoint restored = service.restore(first.id(), () -> {}, fixture);
    assertThat(restored.id()).isEqualTo(first.id());
    assertThat(restored.revision().value()).isEqualTo(first.revision());
    assertThat(restored.ceiling().value()).isGreaterThanOrEqualTo(fixture.highest());
    MvccStore store = fixture.store();
    assertThat(store.storeId()).isEqualTo(restored.storeId());
    assertThat(store.storeId().text()).isNotEqualTo(storeId);
    assertThat(store.status().state()).isEqualTo(StoreState.OPEN);
    assertThat(store.visible()).isEqualTo(restored.revision());
    assertThat(states(store, first.revision())).isEqualTo(firstStates);
    for (long lost = first.revision() + 1; lost <= fixture.highest(); lost++) {
      Revision gone = new Revision(lost);
      StoreFailure.expect(ErrorCode.REVISION_LOST, () -> store.snapshotAt(gone));
    }
    long before = fixture.highest();
    assertThat(fixture.put("k", "after")).isGreaterThan(before);
    fixture.work(random, 50);
    assertThat(CheckpointFixture.bytes(fixture.checkpoints())).isEqualTo(checkpoints);
    assertThat(CheckpointFixture.names(fixture.dataDirectory()))
        .containsExactly("SYNCED", "checkpoints", "db");

    // The later one, whose revision lies in the gap, can be restored as well.
    long highest = fixture.highest();
    assertThat(service.restore(second.id(), () -> {}, fixture).revision().value())
        .isEqualTo(second.revision());
    assertThat(states(fixture.store(), first.revision())).isEqualTo(firstStates);
    assertThat(fixture.put("k", "after")).isGreaterThan(highest);
    fixture.close();
    fixture.start();
    assertThat(fixture.open().visible().value()).isEqualTo(fixture.highest());
  }

  @Test
  void restore_whereSomethingIsStillLyingThere() throws Exception {
    CheckpointService service = open(Durability.SYNC_ON_COMMIT);
    fixture.put("a", "1");
    CheckpointManifest made = service.create(CheckpointOrigin.MANUAL);
    Files.createDirectories(fixture.dataDirectory().resolve("restore.tmp/rubbish"));
    Files.createDirectories(fixture.dataDirectory().resolve("db.old/rubbish"));
    service.restore(made.id(), () -> {}, fixture);
    assertThat(CheckpointFixture.names(fixture.dataDirectory()))
        .containsExactly("SYNCED", "checkpoints", "db");
  }

  @Test
  void restore_keepsOthersOutWhileTheStoreIsClosed() {
    CheckpointManifest made = open(Durability.SYNC_ON_COMMIT).create(CheckpointOrigin.MANUAL);
    Path database = fixture.dataDirectory().resolve("db");
    List<String> renamed = new ArrayList<>();
    Disk disk =
        new Disk(
            (what, path) -> {
              if (what.equals("rename")) {
                renamed.add(Disk.name(path));
                StoreFailure.expect(
                    ErrorCode.STORE_LOCKED, () -> new CheckpointFixture.Engine().lock(database));
              }
            });

    fixture.service(disk).restore(made.id(), () -> {}, fixture);

    assertThat(renamed).containsExactly("restore.tmp", "db", "restore.ready");
  }

  @Test
  void restoreAtStart_ofABrokenStore() throws Exception {
    CheckpointService service = open(Durability.SYNC_ON_COMMIT);
    fixture.work(new Random(1), 40);
    CheckpointManifest made = service.create(CheckpointOrigin.MANUAL);
    var states = states(fixture.store(), made.revision());
    fixture.work(new Random(2), 40);
    fixture.close();
    Files.writeString(fixture.dataDirectory().resolve("db/CURRENT"), "rubbish\n");

    RestoredCheckpoint restored = fixture.start().restoreAtStart(made.id());
    assertThat(restored).isNotNull();
    assertThat(restored.ceiling().value()).isEqualTo((1L << 32) + fixture.highest());
    MvccStore store = fixture.open();
    assertThat(store.storeId()).isEqualTo(restored.storeId());
    assertThat(store.status().state()).isEqualTo(StoreState.OPEN);
    assertThat(states(store, made.revision())).isEqualTo(states);
    assertThat(fixture.put("k", "after")).isEqualTo(restored.ceiling().value() + 1);
  }

  @Test
  void restoreAtStart_intoAnEmptyDirectory() {
    CheckpointService service = open(Durability.SYNC_ON_COMMIT);
    fixture.put("a", "1");
    CheckpointManifest made = service.create(CheckpointOrigin.MANUAL);
    var state = CheckpointFixture.state(fixture.store(), made.revision());
    fixture.close();
    Disk.REAL.deleteTree(fixture.dataDirectory().resolve("db"));

    RestoredCheckpoint restored = fixture.start().restoreAtStart(made.id());
    assertThat(restored).isNotNull();
    assertThat(restored.ceiling().value()).isEqualTo((1L << 32) + made.ceiling());
    assertThat(CheckpointFixture.state(fixture.open(), made.revision())).isEqualTo(state);
  }

  @Test
  void restoreAtStart_isAboveWhatTheOldStoreReserved() {
    CheckpointService service = open(Durability.FLUSH_ONLY);
    fixture.put("a", "1");
    CheckpointManifest made = service.create(CheckpointOrigin.MANUAL);
    for (int i = 0; i < 100; i++) {
      fixture.put("a", "more");
    }
    fixture.close();
    RestoredCheckpoint restored = fixture.start().restoreAtStart(made.id());
    assertThat(restored).isNotNull();
    assertThat(restored.ceiling().value()).isEqualTo((1L << 32) + fixture.highest());
  }

  @Test
  void restoreAtStart_happensOnce() throws Exception {
    CheckpointService service = open(Durability.SYNC_ON_COMMIT);
    fixture.put("a", "1");
    CheckpointManifest made = service.create(CheckpointOrigin.MANUAL);
    fixture.put("a", "2");
    CheckpointManifest other = service.create(CheckpointOrigin.MANUAL);
    fixture.close();
    assertThat(fixture.start().restoreAtStart(made.id())).isNotNull();
    fixture.open();
    long revision = fixture.put("a", "3");
    fixture.close();
    assertThat(fixture.start().restoreAtStart(made.id())).isNull();
    assertThat(fixture.open().visible().value()).isEqualTo(revision);

    // A restore by an operator must not be undone by the setting either.
    service.restore(other.id(), () -> {}, fixture);
    fixture.close();
    assertThat(fixture.start().restoreAtStart(made.id())).isNull();
    assertThat(fixture.open().visible().value()).isEqualTo(other.revision());
    fixture.close();

    Files.delete(fixture.dataDirectory().resolve("db/RESTORED"));
    assertThat(fixture.start().restoreAtStart(made.id())).isNotNull();
    assertThat(fixture.open().visible().value()).isEqualTo(made.revision());
  }

  @Test
  void restoreAtStart_ofADamagedCheckpointChangesNothing() throws Exception {
    CheckpointService service = open(Durability.SYNC_ON_COMMIT);
    fixture.put("a", "1");
    CheckpointManifest made = service.create(CheckpointOrigin.MANUAL);
    fixture.close();
    Files.writeString(fixture.checkpoints().resolve(made.id()).resolve("db/more"), "");
    Map<String, String> before = CheckpointFixture.bytes(fixture.dataDirectory());
    StoreFailure.expect(
        ErrorCode.CHECKPOINT_DAMAGED, () -> fixture.start().restoreAtStart(made.id()));
    assertThat(CheckpointFixture.bytes(fixture.dataDirectory())).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "db",
    "db.old restore.ready",
    "db restore.ready",
    "db restore.ready db.old",
    "db db.old",
    "db restore.tmp",
    "db db.old restore.tmp restore.ready"
  })
  void finish_leavesTheDatabaseAlone(String directories) throws Exception {
    Path data = temporary.resolve("data");
    for (String name : directories.split(" ", -1)) {
      Files.createDirectories(data.resolve(name));
      Files.writeString(data.resolve(name).resolve("file"), name);
    }
    String expected = directories.contains("restore.ready") ? "restore.ready" : "db";
    DataDirectoryRestore.finish(data);
    List<String> names = new ArrayList<>(CheckpointFixture.names(data));
    assertThat(names).containsExactly("db");
    assertThat(data.resolve("db/file")).hasContent(expected);
  }

  @Test
  void finish_neverDeletesTheOnlyDatabase() throws Exception {
    Path old = Files.createDirectories(temporary.resolve("data/db.old"));
    DataDirectoryRestore.finish(temporary.resolve("data"));
    assertThat(old).exists();
    DataDirectoryRestore.finish(temporary.resolve("nothing"));
    assertThat(temporary.resolve("nothing")).doesNotExist();
  }
}
