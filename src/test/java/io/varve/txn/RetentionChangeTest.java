package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.Key;
import io.varve.model.Retention;
import io.varve.mvcc.PruneRequest;
import io.varve.storage.rocksdb.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rule that became stricter finds what the one before left, whatever comes in between. The store
 * holds three flushed versions of one key, and the log has done with all of them.
 */
@ExtendWith(NoLeaks.class)
final class RetentionChangeTest {
  private static final Retention THREE = new Retention(3, Duration.ZERO);
  private static final Key KEY = Key.of("key");
  private static final Key OTHER = Key.of("other");
  private static final Duration AMPLE = Duration.ofMinutes(1);

  @TempDir Path directory;
  private final SimulationClock clock = new SimulationClock();

  /** The second prune stores how far the first one came, since it removes something too. */
  @BeforeEach
  void writeThreeVersions() {
    try (TestManager store = open(THREE)) {
      write(store, KEY, 3);
      write(store, OTHER, 4);
      assertThat(store.store().prune(PruneRequest.scheduled(AMPLE)).versions()).isEqualTo(1);
      write(store, OTHER, 1);
      assertThat(store.store().prune(PruneRequest.scheduled(AMPLE)).versions()).isEqualTo(1);
      assertThat(versions(store)).isEqualTo(3);
    }
  }

  private static void write(TestManager store, Key key, int times) {
    for (int i = 0; i < times; i++) {
      store.put(key, "value");
      store.store().flush();
    }
  }

  private TestManager open(Retention retention) {
    return TestManager.open(
        directory,
        TestManager.smallSettings(directory, Durability.SYNC_ON_COMMIT).with(retention),
        clock);
  }

  private static int versions(TestManager store) {
    return store.manager().history(KEY, 10).size();
  }

  @Test
  void stricterRule_removesWhatTheOldOneKept() {
    try (TestManager store = open(new Retention(1, Duration.ZERO))) {
      assertThat(store.store().prune(PruneRequest.scheduled(AMPLE)).complete()).isTrue();
      assertThat(versions(store)).isEqualTo(1);
    }
  }

  @Test
  void pruneByAMilderRule_doesNotReplaceTheScanByTheSettings() {
    try (TestManager store = open(new Retention(1, Duration.ZERO))) {
      var _ = store.store().prune(new PruneRequest(THREE, false, AMPLE));
      assertThat(store.store().prune(PruneRequest.scheduled(AMPLE)).complete()).isTrue();
      assertThat(versions(store)).isEqualTo(1);
    }
  }

  @Test
  void ruleWithFewerVersionsAndALongerAge_isAppliedOnceTheyAreOldEnough() {
    try (TestManager store = open(new Retention(1, Duration.ofHours(1)))) {
      assertThat(store.store().prune(PruneRequest.scheduled(AMPLE)).complete()).isFalse();
      assertThat(versions(store)).isEqualTo(3);
      clock.move(Duration.ofHours(2).toMillis());
      assertThat(store.store().prune(PruneRequest.scheduled(AMPLE)).complete()).isTrue();
      assertThat(versions(store)).isEqualTo(1);
    }
  }
}
