package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.storage.rocksdb.NoLeaks;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Drives the real store with random operations and compares every answer with a simple model. The
 * seed decides everything: {@code -Dvarve.simulation.seed=N} runs one again, and {@code
 * -Dvarve.simulation.seeds=N} says how many there are.
 */
@Tag("simulation")
@ExtendWith(NoLeaks.class)
final class SimulationTest {
  private static final int STEPS = 250;
  private static final long ENOUGH_SEEDS = 200;

  /** Seeds that showed a bug, by docs/bugs-found.md; they run whatever the number of seeds. */
  private static final long[] FIXED_SEEDS = {26, 216};

  private static final Map<String, AtomicLong> EVENTS = Simulation.newTally();

  @TempDir Path temporary;

  static LongStream seeds() {
    Long one = Long.getLong("varve.simulation.seed");
    if (one != null) {
      return LongStream.of(one);
    }
    long count = Long.getLong("varve.simulation.seeds", ENOUGH_SEEDS);
    return LongStream.concat(LongStream.of(FIXED_SEEDS), LongStream.rangeClosed(1, count))
        .distinct();
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void storeAnswersAsTheModelDoes(long seed) {
    // Four seeds of five in the heap, where power can fail; the fifth on files.
    boolean onRocksDb = seed % 5 == 0;
    var random = new Random(seed);
    var clock = new SimulationClock();
    var store = new SimulatedStore(temporary, onRocksDb, clock);
    try {
      new SimulationRun(new Simulation(random, clock, store, EVENTS)).run(STEPS);
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed + ", " + e.getMessage(), e.getCause());
    }
  }

  /** A simulation in which the rare things never happen proves nothing about them. */
  @AfterAll
  static void rareThingsHappened() {
    if (seeds().count() < ENOUGH_SEEDS) {
      return;
    }
    assertThat(EVENTS)
        .as("what happened")
        .containsKeys(
            "committed SERIALIZABLE",
            "committed SNAPSHOT",
            "WRITE_WRITE",
            "READ_WRITE",
            "RANGE",
            "TOO_OLD",
            "TOO_MANY_TRANSACTIONS",
            "TRANSACTION_EXPIRED",
            "TRANSACTION_TOO_LARGE",
            "WRITE_STALL",
            "REVISION_IN_FUTURE",
            "REVISION_LOST",
            "REVISION_PRUNED",
            "read of a held revision below the floor",
            "hold",
            "hold that is released",
            "hold whose time is up",
            "start with holds",
            "time known to the second only",
            "outcome that is kept",
            "outcome whose time is up",
            "outcomes that are removed",
            "name that is used again",
            "bulk load",
            "flush",
            "flush that leaves versions out",
            "prune that removes versions",
            "prune that is not complete",
            "complete prune with nobody reading",
            "dry run and the real one",
            "trimmed log",
            "log trimmed DONE_WITH",
            "log trimmed FLUSHED",
            "clock that goes back",
            "reopen",
            "crash in SYNC_ON_COMMIT",
            "crash in SYNC_ON_INTERVAL",
            "crash in FLUSH_ONLY",
            "crash while opening",
            "crash while closing",
            "crash that loses commits",
            "commit that was not acknowledged and is there");
  }
}
