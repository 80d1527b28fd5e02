package io.varve.bench;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How many commits each thread was told of. The counts are in a mapped file, so they outlive the
 * process that writes them, however it ends.
 */
final class Ledger {
  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** Each thread has cache lines of its own. */
  private static final int SLOT_BYTES = 128;

  private final MappedByteBuffer slots;
  private final int threads;

  private Ledger(MappedByteBuffer slots, int threads) {
    this.slots = slots;
    this.threads = threads;
  }

  /** Opens the ledger of so many threads, and makes one of zeros where there is none. */
  static Ledger open(Path file, int threads) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long bytes = (long) threads * SLOT_BYTES;
      return new Ledger(channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes), threads);
    }
  }

  /** Notes what {@code thread} was told of so far; before it goes on. */
  void note(int thread, long acknowledged) {
    LONGS.setVolatile(slots, thread * SLOT_BYTES, acknowledged);
  }

  /** What all threads were told of. */
  long sum() {
    long sum = 0;
    for (int thread = 0; thread < threads; thread++) {
      sum += (long) LONGS.getVolatile(slots, thread * SLOT_BYTES);
    }
    return sum;
  }
}
