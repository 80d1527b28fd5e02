package io.varve.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** One round: writers, probes and readers of one kind at a server, for a time. */
final class MixedLoad {
  private static final int WRITERS = 2;
  private static final long PROBE_PAUSE_MS = 20;
  private static final int BUFFER_BYTES = 1 << 16;

  private final MixedTarget target;
  private final MixedReader kind;
  private final byte[] batch;
  private final Histogram puts = new ConcurrentHistogram(3);
  private final Histogram live = new ConcurrentHistogram(3);
  private final Histogram ready = new ConcurrentHistogram(3);
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private volatile boolean counts;
  private volatile boolean begun;
  private volatile boolean over;
  private volatile boolean ended;

  MixedLoad(MixedTarget target, MixedReader kind, byte[] batch) {
    this.target = target;
    this.kind = kind;
    this.batch = batch;
  }

  /** A call that is timed. */
  private interface Call {
    void run() throws IOException;
  }

  MixedReport.Round run(int readers, int warmupSeconds, int seconds) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      String path = "/v1/kv/w/" + i;
      byte[] value = "value".getBytes(StandardCharsets.US_ASCII);
      threads.add(Thread.ofPlatform().start(() -> repeat(puts, 0, () -> target.put(path, value))));
    }
    threads.add(
        Thread.ofPlatform().start(() -> repeat(live, PROBE_PAUSE_MS, () -> target.get("/livez"))));
    threads.add(
        Thread.ofPlatform()
            .start(() -> repeat(ready, PROBE_PAUSE_MS, () -> target.get("/readyz"))));
    for (int i = 0; i < readers && kind != MixedReader.NONE; i++) {
      threads.add(Thread.ofPlatform().start(this::read));
    }
    TimeUnit.SECONDS.sleep(warmupSeconds);
    long started = System.nanoTime();
    begun = true;
    counts = true;
    TimeUnit.SECONDS.sleep(seconds);
    counts = false;
    over = true;
    double elapsed = (System.nanoTime() - started) / 1e9;
    long work = kind.countsCalls() ? calls.get() : bytes.get();
    ended = true;
    for (Thread thread : threads) {
      thread.join(); // so a call that hangs is counted with all of its time
    }
    return new MixedReport.Round(
        target.label(),
        kind.label,
        MixedReport.Times.of(puts),
        MixedReport.Times.of(live),
        MixedReport.Times.of(ready),
        work / elapsed,
        kind.countsCalls() ? "calls/s" : "bytes/s",
        errors.get());
  }

  /** Counts every call that was under way in the window, with all of its time. */
  private void repeat(Histogram times, long pauseMs, Call call) {
    while (!ended) {
      boolean isLate = over;
      long started = System.nanoTime();
      try {
        call.run();
      } catch (IOException _) {
        errors.incrementAndGet();
      }
      if (begun && !isLate) {
        times.recordValue(System.nanoTime() - started);
      }
      pause(pauseMs);
    }
  }

  private static void pause(long ms) {
    try {
      TimeUnit.MILLISECONDS.sleep(ms);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    byte[] buffer = new byte[BUFFER_BYTES];
    while (!ended) {
      try (InputStream answer = kind.open(target, batch)) {
        int read = answer.read(buffer);
        while (read >= 0 && !ended) {
          bytes.addAndGet(counts ? read : 0);
          read = answer.read(buffer);
        }
        calls.addAndGet(counts ? 1 : 0);
      } catch (IOException _) {
        errors.incrementAndGet();
      }
    }
  }
}
