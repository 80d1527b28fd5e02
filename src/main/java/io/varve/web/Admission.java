package io.varve.web;

import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much of the service requests may take at a time, apart for each kind, since virtual threads
 * set no bound of their own. Thread-safe.
 *
 * <p>A permit is held while the store works, and not while a body is read or an answer written: a
 * client that is slow takes nothing from the others but the bytes it holds, see {@link ByteBudget}.
 */
final class Admission {
  private final ConcurrencyLimit reads;
  private final ConcurrencyLimit writes;
  private final ConcurrencyLimit scans;
  private final ConcurrencyLimit bulkLoads;
  private final ConcurrencyLimit streams;

  Admission(ConcurrencySettings settings, LongSupplier nanoTime) {
    this.reads = limit("reads", settings.reads(), settings, nanoTime);
    this.writes = limit("writes", settings.writes(), settings, nanoTime);
    this.scans = limit("scans", settings.scans(), settings, nanoTime);
    this.bulkLoads = limit("bulk loads", settings.bulkLoads(), settings, nanoTime);
    this.streams = limit("streamed scans", settings.streams(), settings, nanoTime);
  }

  private static ConcurrencyLimit limit(
      String kind, int maxRunning, ConcurrencySettings settings, LongSupplier nanoTime) {
    return new ConcurrencyLimit(kind, maxRunning, settings.waiting(), settings.maxWait(), nanoTime);
  }

  /** The limits, by the name of their kind in a metric. */
  Map<String, ConcurrencyLimit> limits() {
    return Map.of(
        "read", reads, "write", writes, "scan", scans, "bulk", bulkLoads, "stream", streams);
  }

  /** Reads a few keys. Throws {@code TOO_MANY_REQUESTS}, as all of them do. */
  <T extends @Nullable Object, E extends Exception> T read(ConcurrencyLimit.Call<T, E> call)
      throws E {
    return reads.run(call);
  }

  /** Runs and commits a transaction. */
  <T extends @Nullable Object, E extends Exception> T write(ConcurrencyLimit.Call<T, E> call)
      throws E {
    return writes.run(call);
  }

  /** Reads a page. Where its thread comes from is up to {@link WorkPools}. */
  <T extends @Nullable Object, E extends Exception> T scan(ConcurrencyLimit.Call<T, E> call)
      throws E {
    return scans.run(call);
  }

  /** Goes on with a bulk load that was let in: what was read of it, and not while it is read. */
  <T extends @Nullable Object, E extends Exception> T bulkStep(ConcurrencyLimit.Call<T, E> call)
      throws E {
    return bulkLoads.runLetIn(call);
  }

  /** Lets a bulk load in. */
  <T extends @Nullable Object, E extends Exception> T bulkLoad(ConcurrencyLimit.Call<T, E> call)
      throws E {
    return bulkLoads.run(call);
  }

  /** Writes a stream of entries, which takes as long as the client does. */
  <T extends @Nullable Object, E extends Exception> T stream(ConcurrencyLimit.Call<T, E> call)
      throws E {
    return streams.run(call);
  }
}
