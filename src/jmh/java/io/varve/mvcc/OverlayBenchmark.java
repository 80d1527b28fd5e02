package io.varve.mvcc;

import io.varve.model.Key;
import io.varve.model.Value;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The overlay with up to 100 000 keys of 16 bytes, one write a commit, keys at random. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Benchmark)
public class OverlayBenchmark {
  private static final int KEYS = 100_000;
  private static final int KEY_BYTES = 16;
  private static final int VALUE_BYTES = 64;
  private static final long TIME_MS = 1_700_000_000_000L;
  private static final long MAX_RETIRED_BYTES = 1L << 30;

  private final Key[] keys = new Key[KEYS];
  private final Write[] writes = new Write[KEYS];
  private final SplittableRandom random = new SplittableRandom(1);
  private final ReentrantLock commitLock = new ReentrantLock();

  /** Holds every key once. */
  private Overlay full;

  /** Takes commits until it holds so many as there are keys. */
  private Overlay filling;

  private long revision;

  /** Makes the keys and fills one overlay. */
  @Setup
  public void fill() {
    full = new Overlay(commitLock, MAX_RETIRED_BYTES);
    for (int i = 0; i < KEYS; i++) {
      byte[] bytes = new byte[KEY_BYTES];
      random.nextBytes(bytes);
      keys[i] = Key.wrap(ByteBuffer.wrap(bytes).putInt(0, i).array());
      writes[i] = new Write(keys[i], Value.wrap(new byte[VALUE_BYTES], null));
      apply(full, i + 1L, writes[i]);
    }
    filling = new Overlay(commitLock, MAX_RETIRED_BYTES);
  }

  private void apply(Overlay overlay, long at, Write write) {
    Commit commit = new Commit(at, at - 1, TIME_MS, null, null, List.of(write));
    commitLock.lock();
    try {
      overlay.apply(commit);
    } finally {
      commitLock.unlock();
    }
  }

  @Benchmark
  public void apply() {
    if (revision == KEYS) {
      revision = 0;
      filling = new Overlay(commitLock, MAX_RETIRED_BYTES);
    }
    revision++;
    apply(filling, revision, writes[random.nextInt(KEYS)]);
  }

  @Benchmark
  public Object newest() {
    return full.view().find(keys[random.nextInt(KEYS)], KEYS);
  }

  @Benchmark
  public long newestAbove() {
    return full.newestAbove(keys[random.nextInt(KEYS)], KEYS / 2);
  }
}
