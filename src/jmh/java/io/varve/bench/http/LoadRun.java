package io.varve.bench.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server and the requests that it gets. */
final class LoadRun {
  private static final int PRELOAD_SECONDS = 3600;

  private final InetSocketAddress address;
  private final String authority;
  private final @Nullable String token;
  private final LoadTarget target;
  private final Entries entries;
  private final int batchEntries;
  private final @Nullable Long serverPid;

  /**
   * Requests to {@code address}.
   *
   * @param authority host and port as they stand in requests
   * @param token that requests show, or null
   * @param serverPid whose CPU time is measured; null for none
   */
  LoadRun(
      InetSocketAddress address,
      String authority,
      @Nullable String token,
      LoadTarget target,
      Entries entries,
      int batchEntries,
      @Nullable Long serverPid) {
    this.address = address;
    this.authority = authority;
    this.token = token;
    this.target = target;
    this.entries = entries;
    this.batchEntries = batchEntries;
    this.serverPid = serverPid;
  }

  /** Writes all keys. */
  void preload() throws IOException {
    Tally tally = new Tally(Window.of(0, PRELOAD_SECONDS));
    Connection connection =
        connection(LoadWorkload.BULK, template(LoadWorkload.BULK), new SplittableRandom(0), tally);
    new Preload(connection, tally).run(entries.keys(), batchEntries);
  }

  /** Keeps {@code count} connections busy. */
  LoadResult run(LoadWorkload workload, int count, int round, int warmupSeconds, int seconds)
      throws IOException, InterruptedException {
    RequestTemplate template = template(workload);
    Window window = Window.of(warmupSeconds, seconds);
    SplittableRandom random = new SplittableRandom(1_000L * count + round);
    List<Tally> tallies = new ArrayList<>();
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Tally tally = new Tally(window);
      tallies.add(tally);
      connections.add(connection(workload, template, random.split(), tally));
    }
    CompletableFuture<CpuTimes> used = measureCpu(window);
    EventLoop.run(connections, window);
    try {
      return LoadResult.of(round, window, template.entries(), tallies, used.get());
    } catch (ExecutionException e) {
      throw new IOException("CPU times could not be read: " + e.getCause().getMessage(), e);
    }
  }

  private RequestTemplate template(LoadWorkload workload) {
    return RequestTemplate.of(
        target.request(workload, batchEntries),
        authority,
        token,
        target.encoding(),
        entries.valueBytes());
  }

  private Connection connection(
      LoadWorkload workload, RequestTemplate template, SplittableRandom random, Tally tally) {
    return new Connection(
        address,
        new Request(template, entries, random),
        target.answer(workload, entries.valueBytes()),
        tally);
  }

  /** What the processes use from the window's start to its end. */
  private CompletableFuture<CpuTimes> measureCpu(Window window) {
    CompletableFuture<CpuTimes> used = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                sleepUntil(window.startNanos());
                CpuTimes start = CpuTimes.now(serverPid);
                sleepUntil(window.endNanos());
                used.complete(CpuTimes.now(serverPid).minus(start));
              } catch (InterruptedException | RuntimeException e) {
                used.completeExceptionally(e);
              }
            });
    return used;
  }

  private static void sleepUntil(long nanos) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(nanos - System.nanoTime());
  }
}
