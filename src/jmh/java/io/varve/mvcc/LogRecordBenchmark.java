package io.varve.mvcc;

import io.varve.model.Key;
import io.varve.model.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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

/** Log records: keys of 16 bytes, values of 64. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@State(Scope.Benchmark)
public class LogRecordBenchmark {
  private static final int KEY_BYTES = 16;
  private static final int VALUE_BYTES = 64;
  private static final long REVISION = 1_000_000;
  private static final long TIME_MS = 1_700_000_000_000L;

  /** Keys written by the commit. */
  @Param({"1", "100"})
  int writes;

  private Commit commit;
  private byte[] key;
  private byte[] record;

  /** Makes the commit and its record. */
  @Setup
  public void makeRecord() {
    List<Write> list = new ArrayList<>();
    for (long i = 0; i < writes; i++) {
      byte[] bytes = ByteBuffer.allocate(KEY_BYTES).putLong(Long.BYTES, i).array();
      list.add(new Write(Key.wrap(bytes), Value.wrap(new byte[VALUE_BYTES], null)));
    }
    commit = new Commit(REVISION, REVISION - 1, TIME_MS, null, null, list);
    key = LogRecordCodec.key(REVISION);
    record = LogRecordCodec.encode(commit);
  }

  @Benchmark
  public Object encode() {
    return LogRecordCodec.encode(commit);
  }

  @Benchmark
  public Object decode() {
    return LogRecordCodec.decode(key, record);
  }
}
