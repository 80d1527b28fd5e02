package io.varve.txn;

import io.varve.model.Durability;
import io.varve.model.KeyRange;
import java.io.IOException;
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

/**
 * The check of a transaction that conflicts with nothing, after 1 000 commits of one key each since
 * its snapshot.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Benchmark)
public class ConflictBenchmark {
  private static final int COMMITS = 1_000;
  private static final int MANY_KEYS = 100;

  /** Keys above all that the commits wrote. */
  private static final int OTHER_KEYS = 1_000_000;

  /** What the transaction has read; keys it has also written. */
  public enum Footprint {
    ONE_KEY,
    MANY_KEYS,
    RANGE
  }

  @Param Footprint footprint;

  private BenchmarkStore store;
  private ConflictDetector detector;
  private TransactionBuffer buffer;
  private long snapshot;

  /** Commits what the transaction is checked against. */
  @Setup
  public void commit() throws IOException {
    store = new BenchmarkStore(Durability.FLUSH_ONLY, 0);
    snapshot = store.put(0).revision().value();
    for (int i = 0; i < COMMITS; i++) {
      store.put(i);
    }
    detector = new ConflictDetector(store.store.commits());
    buffer = new TransactionBuffer(TransactionLimits.DEFAULTS, true);
    switch (footprint) {
      case ONE_KEY -> readAndWrite(1);
      case MANY_KEYS -> readAndWrite(MANY_KEYS);
      case RANGE -> buffer.read(new KeyRange(BenchmarkStore.key(OTHER_KEYS), null));
    }
  }

  private void readAndWrite(int keys) {
    for (int i = 0; i < keys; i++) {
      buffer.read(BenchmarkStore.key(OTHER_KEYS + i));
      buffer.write(BenchmarkStore.key(OTHER_KEYS + i), BenchmarkStore.value());
    }
  }

  /** Closes and deletes the store. */
  @TearDown
  public void close() throws IOException {
    store.close();
  }

  @Benchmark
  public Object find() {
    return detector.find(buffer, snapshot, snapshot);
  }
}
