package io.varve.txn;

import io.varve.model.Durability;
import io.varve.model.KeyRange;
import io.varve.model.ScanOptions;
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

/** Pages out of 100 000 keys, from a key at random. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Benchmark)
public class ScanBenchmark {
  private static final int KEYS = 100_000;

  /** Entries of a page. */
  @Param({"100", "1000"})
  int entries;

  @Param({"false", "true"})
  boolean flushed;

  private final SplittableRandom random = new SplittableRandom(1);
  private BenchmarkStore store;

  /** Writes the keys. */
  @Setup
  public void load() throws IOException {
    store = new BenchmarkStore(Durability.FLUSH_ONLY, 0);
    store.load(KEYS);
    if (flushed) {
      store.flush();
    }
  }

  /** Closes and deletes the store. */
  @TearDown
  public void close() throws IOException {
    store.close();
  }

  @Benchmark
  public Object scan() {
    KeyRange from = new KeyRange(BenchmarkStore.key(random.nextInt(KEYS - entries)), null);
    try (Snapshot snapshot = store.store.snapshot()) {
      return snapshot.scan(from, ScanOptions.first(entries));
    }
  }
}
