package io.varve.txn;

import io.varve.model.Durability;
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

/** Transactions of one put to one of a million keys, from one thread, with flushes beside them. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Benchmark)
public class CommitBenchmark {
  private static final int KEYS = 1_000_000;
  private static final long CACHE_BYTES = 64L << 20;

  @Param({"FLUSH_ONLY", "SYNC_ON_INTERVAL"})
  Durability durability;

  private final SplittableRandom random = new SplittableRandom(1);
  private BenchmarkStore store;

  /** Opens an empty store. */
  @Setup
  public void open() throws IOException {
    store = new BenchmarkStore(durability, CACHE_BYTES);
  }

  /** Closes and deletes it. */
  @TearDown
  public void close() throws IOException {
    store.close();
  }

  @Benchmark
  public Object put() {
    return store.put(random.nextInt(KEYS));
  }
}
