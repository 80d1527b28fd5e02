package io.varve.txn;

import io.varve.model.Durability;
import io.varve.mvcc.Snapshot;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reads of one of 100 000 keys, each at a snapshot of its own. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Benchmark)
public class PointReadBenchmark {
  private static final int KEYS = 100_000;
  private static final long CACHE_BYTES = 256L << 20;

  /** Where the version is found. */
  public enum Place {
    OVERLAY,
    CACHE,
    STORAGE
  }

  @Param Place place;

  private final SplittableRandom random = new SplittableRandom(1);
  private BenchmarkStore store;

  /** Writes the keys and brings them to their place. */
  @Setup
  public void load() throws IOException {
    store = new BenchmarkStore(Durability.FLUSH_ONLY, place == Place.STORAGE ? 0 : CACHE_BYTES);
    store.load(KEYS);
    if (place != Place.OVERLAY) {
      store.flush();
    }
  }

  /** Closes and deletes the store. */
  @TearDown
  public void close() throws IOException {
    store.close();
  }

  @Benchmark
  public Object get() {
    try (Snapshot snapshot = store.store.snapshot()) {
      return snapshot.get(BenchmarkStore.key(random.nextInt(KEYS)));
    }
  }
}
