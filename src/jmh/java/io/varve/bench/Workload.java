package io.varve.bench;

import io.varve.model.Durability;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** The work of {@code compare}. */
enum Workload {
  RMW_WAL_OFF("rmw-wal-off", Durability.FLUSH_ONLY, 2, 2, false),
  RMW_WAL_ON("rmw-wal-on", Durability.SYNC_ON_INTERVAL, 2, 2, false),
  RMW_SYNC("rmw-sync", Durability.SYNC_ON_COMMIT, 64, 8, false),
  HOT("hot", Durability.FLUSH_ONLY, 8, 8, false),
  BULK_WAL_OFF("bulk-wal-off", Durability.FLUSH_ONLY, 1, 1, true),
  BULK_WAL_ON("bulk-wal-on", Durability.SYNC_ON_INTERVAL, 1, 1, true);

  static final int KEYS = 1_000_000;
  private static final int HOT_KEYS = 5;
  private static final int HOT_PERCENT = 80;
  private static final int BULK_ENTRIES = 100_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  final String label;
  final Durability durability;
  final int threads;
  final int peerThreads;
  final boolean bulk;

  Workload(String label, Durability durability, int threads, int peerThreads, boolean bulk) {
    this.label = label;
    this.durability = durability;
    this.threads = threads;
    this.peerThreads = peerThreads;
    this.bulk = bulk;
  }

  /**
   * What one round gave.
   *
   * @param perSecond commits, or for bulk entries, a second
   * @param abortedPerSecond attempts a second that had to start over
   * @param flushedPerSecond for bulk: entries a second until all are in sorted files
   */
  record Round(double perSecond, double abortedPerSecond, double flushedPerSecond) {}

  Round run(Contender contender, int seconds, long seed) throws Exception {
    return bulk ? bulk(contender) : increments(contender, seconds, seed);
  }

  private static Round bulk(Contender contender) throws Exception {
    long started = System.nanoTime();
    contender.bulk(BULK_ENTRIES);
    long written = System.nanoTime();
    contender.flush();
    long flushed = System.nanoTime();
    return new Round(
        rate(BULK_ENTRIES, written - started), 0, rate(BULK_ENTRIES, flushed - started));
  }

  private Round increments(Contender contender, int seconds, long seed) throws Exception {
    int count = contender instanceof VarveContender ? threads : peerThreads;
    AtomicLong committed = new AtomicLong();
    AtomicLong aborted = new AtomicLong();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    long started = System.nanoTime();
    long deadline = started + seconds * NANOS_PER_SECOND;
    Thread[] workers = new Thread[count];
    for (int i = 0; i < count; i++) {
      SplittableRandom random = new SplittableRandom(seed * 1000 + i);
      workers[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    long done = 0;
                    long again = 0;
                    try {
                      while (System.nanoTime() < deadline) {
                        again += contender.increment(nextKey(random));
                        done++;
                      }
                    } catch (Exception | Error e) {
                      failure.compareAndSet(null, e);
                    }
                    committed.addAndGet(done);
                    aborted.addAndGet(again);
                  });
    }
    for (Thread worker : workers) {
      worker.join();
    }
    long took = System.nanoTime() - started;
    if (failure.get() != null) {
      throw new IllegalStateException("a worker failed", failure.get());
    }
    long counted = contender.sum(KEYS);
    Counted.check(contender, committed.get(), counted);
    return new Round(rate(committed.get(), took), rate(aborted.get(), took), 0);
  }

  private int nextKey(SplittableRandom random) {
    boolean hot = this == HOT && random.nextInt(100) < HOT_PERCENT;
    return random.nextInt(hot ? HOT_KEYS : KEYS);
  }

  private static double rate(long count, long nanos) {
    return count * (double) NANOS_PER_SECOND / nanos;
  }
}
