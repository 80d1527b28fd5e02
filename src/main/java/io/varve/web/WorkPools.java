package io.varve.web;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.varve.txn.Operation;
import jakarta.servlet.ServletRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs long work of requests on pools of platform threads, apart from the short calls, which stay
 * on the virtual thread of their request. Thread-safe.
 *
 * <p>A virtual thread that computes keeps its carrier to the end, and there is one a processor: a
 * few scans would hold up every write and every probe. Threads of a pool share the processors with
 * the carriers, and the operating system sees to it that each gets its part. Tasks take turns: work
 * of any length comes as many tasks. See docs/adr/0010.
 */
final class WorkPools implements AutoCloseable {
  /** A body or an answer of more bytes is parsed, written and hashed on a pool. */
  static final int LARGE_BYTES = 64 << 10;

  /** Operations from which a transaction is large. */
  static final int LARGE_OPERATIONS = 256;

  private final WorkPool work;
  private final WorkPool writes;
  private final WorkPool jobs;
  private final ObservationRegistry observations;

  WorkPools(PoolSettings settings, ObservationRegistry observations) {
    this.work = new WorkPool("scans", settings.work(), settings.waiting());
    this.writes = new WorkPool("large writes", settings.writes(), settings.waiting());
    this.jobs = new WorkPool("jobs", settings.jobs(), settings.waiting());
    this.observations = observations;
  }

  /** The pools, by their name in a metric. */
  Map<String, WorkPool> pools() {
    return Map.of("work", work, "write", writes, "job", jobs);
  }

  /** Scans, parses, writes JSON, hashes or compresses: a task that only computes and reads. */
  <T extends @Nullable Object, E extends Exception> T work(ConcurrencyLimit.Call<T, E> call)
      throws E {
    return work.run(observed(call));
  }

  /** Like {@link #work} for what has begun: it is never refused. */
  <T extends @Nullable Object, E extends Exception> T next(ConcurrencyLimit.Call<T, E> call)
      throws E {
    return work.runNext(observed(call));
  }

  /** Like {@link #work} if the work is {@code long}; otherwise runs it on the calling thread. */
  <T extends @Nullable Object, E extends Exception> T workIf(
      boolean isLong, ConcurrencyLimit.Call<T, E> call) throws E {
    return isLong ? work(call) : call.run();
  }

  /** Runs and commits a transaction that is large or scans. It may wait for the log. */
  <T extends @Nullable Object, E extends Exception> T write(ConcurrencyLimit.Call<T, E> call)
      throws E {
    return writes.run(observed(call));
  }

  /** Runs upkeep that was asked for, which may take minutes. */
  <T extends @Nullable Object, E extends Exception> T job(ConcurrencyLimit.Call<T, E> call)
      throws E {
    return jobs.run(observed(call));
  }

  /** What is traced on the calling thread is the parent of what is traced in the task. */
  private <T extends @Nullable Object, E extends Exception> ConcurrencyLimit.Call<T, E> observed(
      ConcurrencyLimit.Call<T, E> call) {
    Observation parent = WorkPool.isInPool() ? null : observations.getCurrentObservation();
    if (parent == null) {
      return call;
    }
    return () -> {
      try (Observation.Scope _ = parent.openScope()) {
        return call.run();
      }
    };
  }

  /**
   * Whether operations are more than a short call: they are many, one of them scans, or {@code
   * request} holds many bytes for them.
   */
  static boolean isLarge(ServletRequest request, List<Operation> operations) {
    return operations.size() >= LARGE_OPERATIONS
        || ByteBudget.of(request).bytes() > LARGE_BYTES
        || operations.stream().anyMatch(Operation.Scan.class::isInstance);
  }

  @Override
  public void close() {
    work.close();
    writes.close();
    jobs.close();
  }
}
