package io.varve.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses an answer step by step: that which is long on a pool, from bytes to bytes, which the
 * calling thread sends. Used by one thread at a time.
 */
final class GzipSteps implements AutoCloseable {
  private static final int STEP_BYTES = 32 << 10;
  private static final int BUFFER_BYTES = 4 << 10;

  private final WorkPools pools;
  private final ByteArrayOutputStream made = new ByteArrayOutputStream(BUFFER_BYTES);
  private final Gzip gzip;
  private long taken;

  GzipSteps(WorkPools pools) throws IOException {
    this.pools = pools;
    this.gzip = new Gzip(made);
  }

  /** Flushes in a way that a client can decode what it has so far. */
  private static final class Gzip extends GZIPOutputStream {
    Gzip(OutputStream out) throws IOException {
      super(out, BUFFER_BYTES, true);
      // JSON becomes a fifth smaller with the best one, which takes five times as long.
      def.setLevel(Deflater.BEST_SPEED);
    }

    void end() {
      def.end();
    }
  }

  /** Sends to {@code out} what these bytes have come to. */
  void write(byte[] bytes, int offset, int length, OutputStream out) throws IOException {
    int end = offset + length;
    for (int from = offset; from < end; from += STEP_BYTES) {
      step(bytes, from, Math.min(STEP_BYTES, end - from));
      send(out);
    }
  }

  private void step(byte[] bytes, int offset, int length) throws IOException {
    taken += length;
    if (taken > WorkPools.LARGE_BYTES) {
      pools.<Boolean, IOException>next(
          () -> {
            gzip.write(bytes, offset, length);
            return true;
          });
    } else {
      gzip.write(bytes, offset, length);
    }
  }

  /** Sends to {@code out} all that has not come out yet. */
  void flush(OutputStream out) throws IOException {
    gzip.flush();
    send(out);
  }

  /** Sends the rest and the end, by which a client knows that it has the whole. */
  void finish(OutputStream out) throws IOException {
    gzip.finish();
    send(out);
  }

  private void send(OutputStream out) throws IOException {
    made.writeTo(out);
    made.reset();
  }

  /** Frees memory outside of the heap. */
  @Override
  public void close() {
    gzip.end();
  }
}
