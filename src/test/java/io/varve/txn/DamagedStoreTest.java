package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.LostRange;
import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.model.StoreException;
import io.varve.model.StoreState;
import io.varve.model.Value;
import io.varve.mvcc.LogRetention;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.PruneRequest;
import io.varve.storage.rocksdb.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that are cut short or changed: a store opens at the state of one revision, or says what is
 * wrong, and never gives a wrong answer. The damage is done to what a kill has left, with some
 * commits in sorted files and some in the write-ahead log only.
 */
@ExtendWith(NoLeaks.class)
final class DamagedStoreTest {
  private static final int KEYS = 12;
  private static final int COMMITS = 80;
  private static final int COMMITS_A_FLUSH = 22;
  private static final int FLIPS_A_FILE = 2;

  @TempDir Path temporary;
  private Path killed;
  private final ModelStore model = new ModelStore();
  private final List<Key> keys = new ArrayList<>();

  private static MvccSettings settings(Path directory) {
    return MvccSettings.defaults(directory)
        .with(Durability.SYNC_ON_COMMIT)
        .with(new Retention(1_000, Duration.ofHours(1)))
        .with(new LogRetention(Duration.ofHours(1), 1 << 30));
  }

  @BeforeEach
  void writeAndKill() throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < KEYS; i++) {
      keys.add(Key.of("key-" + i));
    }
    Path directory = Files.createDirectories(temporary.resolve("store"));
    killed = temporary.resolve("killed");
    try (TestManager store = TestManager.open(directory, settings(directory))) {
      for (int i = 1; i <= COMMITS; i++) {
        commit(store, random);
        if (i % COMMITS_A_FLUSH == 0) {
          store.store().flush();
        }
      }
      StoreFiles.copyAsKilled(directory, killed);
    }
    Files.deleteIfExists(killed.resolve("SYNCED"));
  }

  private void commit(TestManager store, Random random) {
    TreeMap<Key, Optional<Value>> writes = new TreeMap<>();
    for (int i = 0; i < 4; i++) {
      byte[] bytes = new byte[random.nextInt(120)];
      random.nextBytes(bytes);
      boolean deletes = random.nextInt(5) == 0;
      writes.put(
          keys.get(random.nextInt(KEYS)),
          deletes ? Optional.empty() : Optional.of(Value.wrap(bytes, null)));
    }
    Executed<String> done =
        store
            .manager()
            .execute(
                TransactionOptions.DEFAULTS,
                view -> {
                  writes.forEach(
                      (key, value) ->
                          value.ifPresentOrElse(v -> view.put(key, v), () -> view.delete(key)));
                  return "";
                });
    model.commit(new ModelStore.ModelCommit(done.revision().value(), 0, writes, List.of()));
  }

  private static Path db(Path directory) {
    return directory.resolve("db");
  }

  private Path copyOfKilled() {
    Path copy = temporary.resolve("damaged");
    StoreFiles.copyAsKilled(killed, copy);
    return copy;
  }

  private static void cut(Path directory, int bytes) throws IOException {
    Path log = StoreFiles.endingWith(db(directory), ".log").getLast();
    byte[] content = Files.readAllBytes(log);
    Files.write(log, Arrays.copyOf(content, Math.max(0, content.length - bytes)));
  }

  /** What the side file says about a revision that was synced. */
  private static void noteSynced(Path directory, long revision) throws IOException {
    Files.writeString(directory.resolve("SYNCED"), TestManager.ID + "\n" + revision + "\n");
  }

  /** Every key at every revision: what the model says, or an error. The errors. */
  private List<StoreException> compareEverything(TestManager store) {
    List<StoreException> errors = new ArrayList<>();
    long visible = store.manager().visible().value();
    assertThat(visible).as("recovered").isBetween(0L, model.visible());
    for (long revision = 0; revision <= visible; revision++) {
      for (Key key : keys) {
        compare(store, key, revision, errors);
      }
    }
    return errors;
  }

  private void compare(TestManager store, Key key, long revision, List<StoreException> errors) {
    ReadPoint point = new ReadPoint.AtRevision(new Revision(revision));
    try {
      var found = store.manager().read(point, view -> Optional.ofNullable(view.get(key)));
      assertThat(found.orElse(null))
          .as("%s at %d", key, revision)
          .isEqualTo(model.get(key, revision));
    } catch (StoreException e) {
      errors.add(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 200, 1_000, 4_000})
  void shortenedLog_recoversToTheLastWholeCommit(int bytes) throws Exception {
    Path copy = copyOfKilled();
    cut(copy, bytes);

    try (TestManager store = TestManager.open(copy, settings(copy))) {
      long recovered = store.manager().visible().value();
      assertThat(recovered).isLessThan(COMMITS).isGreaterThanOrEqualTo(COMMITS - 1 - bytes / 60);
      assertThat(compareEverything(store)).isEmpty();
      // Below what was flushed the loss is plain; above it only the side file could tell.
      boolean belowFlushed = recovered <= COMMITS - COMMITS % COMMITS_A_FLUSH && bytes > 1_000;
      assertThat(store.manager().status().state())
          .isEqualTo(belowFlushed ? StoreState.READ_ONLY : StoreState.OPEN);
    }
  }

  @Test
  void shortenedLogBelowWhatWasSynced_opensReadOnlyUntilTheLossIsAccepted() throws Exception {
    Path copy = copyOfKilled();
    cut(copy, 500);
    noteSynced(copy, COMMITS);

    long recovered;
    try (TestManager store = TestManager.open(copy, settings(copy))) {
      recovered = store.manager().visible().value();
      assertThat(recovered).isLessThan(COMMITS);
      assertThat(store.manager().status().state()).isEqualTo(StoreState.READ_ONLY);
      assertThat(store.manager().status().stateReason())
          .contains("revision " + COMMITS + " was reached", "accept-data-loss");
      assertThat(compareEverything(store)).isEmpty();
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> store.put(keys.getFirst(), "refused"))
          .matches(e -> e.code() == ErrorCode.STORE_UNAVAILABLE);
    }
    try (TestManager store = TestManager.open(copy, settings(copy).acceptingDataLoss())) {
      assertThat(store.manager().visible().value()).isEqualTo(recovered);
      assertThat(compareEverything(store)).isEmpty();
      store.put(keys.getFirst(), "new");
      assertThat(store.manager().visible().value()).isGreaterThan(COMMITS);
      assertThat(store.manager().status().lostRanges())
          .extracting(LostRange::above)
          .containsExactly(new Revision(recovered));
      ReadPoint lost = new ReadPoint.AtRevision(new Revision(COMMITS));
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> store.manager().read(lost, ReadView::readRevision))
          .matches(e -> e.code() == ErrorCode.REVISION_LOST);
    }
    try (TestManager store = TestManager.open(copy, settings(copy))) {
      assertThat(store.manager().status().state()).isEqualTo(StoreState.OPEN);
      assertThat(store.get(keys.getFirst())).isEqualTo("new");
    }
  }

  @Test
  void logThatIsGone_opensReadOnly() throws Exception {
    Path copy = copyOfKilled();
    for (Path log : StoreFiles.endingWith(db(copy), ".log")) {
      Files.write(log, new byte[0]);
    }
    noteSynced(copy, COMMITS);

    try (TestManager store = TestManager.open(copy, settings(copy))) {
      assertThat(store.manager().status().state()).isEqualTo(StoreState.READ_ONLY);
      assertThat(compareEverything(store)).isEmpty();
    } catch (StoreException e) {
      assertThat(e.code()).isIn(ErrorCode.STORAGE_CORRUPTED, ErrorCode.UNKNOWN_FORMAT);
    }
  }

  /** Where a bit has turned over, every answer is right or an error that names the file. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({".sst", "MANIFEST-", "CURRENT", ".log"})
  void flippedBit_neverGivesAWrongAnswer(String kind) throws Exception {
    Random random = new Random(kind.hashCode());
    int stopped = 0;
    int failedReads = 0;
    List<Path> files = filesOf(killed, kind);
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      for (int flip = 0; flip < FLIPS_A_FILE; flip++) {
        Path copy = copyOfKilled();
        Path damaged = copy.resolve(killed.relativize(file));
        flip(damaged, random);
        try (TestManager store = TestManager.open(copy, settings(copy))) {
          List<StoreException> errors = compareEverything(store);
          errors.forEach(error -> assertNames(error, damaged));
          failedReads += errors.isEmpty() ? 0 : 1;
        } catch (StoreException e) {
          assertNames(e, damaged);
          stopped++;
        }
      }
    }
    switch (kind) {
      case ".sst" -> assertThat(failedReads + stopped).isPositive();
      case ".log" -> {} // ends before the damage, at a whole commit
      default -> assertThat(stopped).isEqualTo(files.size() * FLIPS_A_FILE);
    }
  }

  private static List<Path> filesOf(Path directory, String kind) throws IOException {
    return StoreFiles.files(db(directory)).stream()
        .filter(file -> file.getFileName().toString().contains(kind))
        .filter(file -> file.toFile().length() > 0)
        .toList();
  }

  private static void flip(Path file, Random random) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[random.nextInt(content.length)] ^= (byte) (1 << random.nextInt(8));
    Files.write(file, content);
  }

  private static void assertNames(StoreException error, Path file) {
    String name = file.getFileName().toString();
    if (name.startsWith("MANIFEST") && error.code() == ErrorCode.NOT_A_VARVE_STORE) {
      return; // cut off by the damage, it names some of the column families only
    }
    assertThat(error.code()).as(error.toString()).isEqualTo(ErrorCode.STORAGE_CORRUPTED);
    // Damage to CURRENT may read as the name of a manifest that is not there, and where a sorted
    // file has a wrong description of itself, the engine suspects the manifest that names it.
    assertThat(error.detail()).containsAnyOf(name, "MANIFEST");
  }

  /**
   * A prune raises the floor and then removes versions. The row that says so may be lost at the end
   * of the log; the versions are gone all the same, so reads below must still be refused.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 200, 1_000})
  void shortenedLogAfterAPrune_doesNotForgetTheFloor(int bytes) throws Exception {
    Path directory = temporary.resolve("pruned");
    StoreFiles.copyAsKilled(killed, directory);
    Path copy = temporary.resolve("damaged");
    try (TestManager store = TestManager.open(directory, settings(directory))) {
      store.store().flush();
      var rule = new Retention(1, Duration.ZERO);
      var result = store.store().prune(new PruneRequest(rule, false, Duration.ofMinutes(1)));
      assertThat(result.versions()).isPositive();
      StoreFiles.copyAsKilled(directory, copy);
    }
    Files.deleteIfExists(copy.resolve("SYNCED"));
    cut(copy, bytes);

    try (TestManager store = TestManager.open(copy, settings(copy))) {
      assertThat(compareEverything(store))
          .isNotEmpty()
          .allMatch(error -> error.code() == ErrorCode.REVISION_PRUNED);
    }
  }
}
