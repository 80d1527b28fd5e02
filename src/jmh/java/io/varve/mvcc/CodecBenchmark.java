package io.varve.mvcc;

import io.varve.model.Key;
import io.varve.model.Value;
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
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Rows of the column families: keys of 16 bytes, values of 64. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Benchmark)
public class CodecBenchmark {
  private static final int KEY_BYTES = 16;
  private static final int VALUE_BYTES = 64;
  private static final long REVISION = 1_000_000;

  private final Value value = Value.wrap(new byte[VALUE_BYTES], null);
  private final byte[] valueRow = VersionValueCodec.encode(value);

  /** A key and its row. */
  @State(Scope.Benchmark)
  public static class KeyAndRow {
    /** Zero bytes of the key, each of which is escaped. */
    @Param({"0", "8"})
    int zeros;

    private Key key;
    private byte[] row;

    /** Makes both. */
    @Setup
    public void make() {
      byte[] bytes = new byte[KEY_BYTES];
      new SplittableRandom(1).nextBytes(bytes);
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = i < zeros ? 0 : (byte) (bytes[i] | 1);
      }
      key = Key.wrap(bytes);
      row = VersionedKeyCodec.encode(key, REVISION);
    }
  }

  @Benchmark
  public Object encodeKey(KeyAndRow given) {
    return VersionedKeyCodec.encode(given.key, REVISION);
  }

  @Benchmark
  public void decodeKey(KeyAndRow given, Blackhole blackhole) {
    blackhole.consume(VersionedKeyCodec.key(given.row));
    blackhole.consume(VersionedKeyCodec.revision(given.row));
  }

  @Benchmark
  public Object encodeValue() {
    return VersionValueCodec.encode(value);
  }

  @Benchmark
  public Object decodeValue() {
    return VersionValueCodec.decode(valueRow);
  }
}
