package io.varve.bench.soak;

import io.varve.client.UnknownOutcomeException;
import io.varve.client.VarveClient;
import io.varve.client.VarveException;
import java.net.URI;
import java.util.Optional;

/** A service that runs somewhere. It is not restarted, and does its upkeep itself. */
final class HttpTarget implements SoakTarget {
  private final URI url;
  private final VarveClient client;
  private final HttpStore store;
  private final ServiceCalls calls;
  private final boolean hasCheckpoints;

  /** What upkeep had done when the run began. */
  private final UpkeepCounts upkeepBefore;

  private HttpTarget(URI url) {
    this.url = url;
    this.client = VarveClient.connect(url);
    this.store = new HttpStore(client);
    this.calls = new ServiceCalls(url);
    this.hasCheckpoints = calls.hasCheckpoints();
    this.upkeepBefore = calls.upkeep();
  }

  /** Connects; throws if nothing answers there. */
  static HttpTarget connect(URI url) {
    return new HttpTarget(url);
  }

  @Override
  public String describe() {
    return "the service at " + url;
  }

  @Override
  public SoakStore store() {
    return store;
  }

  @Override
  public Trouble explain(RuntimeException failure) {
    return switch (failure) {
      case VarveException e ->
          new Trouble(e.code(), e instanceof UnknownOutcomeException, e.toString());
      case ServiceCalls.RefusedException e -> new Trouble(e.code(), true, e.toString());
      default -> new Trouble(failure.getClass().getSimpleName(), true, failure.toString());
    };
  }

  /** It has settings of its own, which it does not tell. */
  @Override
  public Promise promise() {
    return Promise.NONE;
  }

  @Override
  public Figures figures() {
    try {
      String metrics = calls.metrics();
      return new Figures(
          ServiceCalls.metric(metrics, "jvm_memory_used_bytes", "area=\"heap\""),
          ServiceCalls.metric(metrics, "varve_process_rss_bytes", ""),
          ServiceCalls.metric(metrics, "process_files_open_files", ""),
          ServiceCalls.metric(metrics, "varve_rocksdb_open_handles", ""),
          calls.status("sstBytes"),
          calls.status("revision"));
    } catch (ServiceCalls.RefusedException _) {
      return Figures.UNKNOWN; // the workers hear of it as well
    }
  }

  @Override
  public UpkeepCounts upkeep() {
    return calls.upkeep().minus(upkeepBefore);
  }

  @Override
  public Optional<SoakCheckpoints> checkpoints() {
    return hasCheckpoints ? Optional.of(calls) : Optional.empty();
  }

  @Override
  public Optional<Runnable> restart() {
    return Optional.empty(); // a service is not restarted from outside
  }

  @Override
  public long epoch() {
    return 0;
  }

  @Override
  public void awaitOpen() {}

  @Override
  public void close() {
    client.close();
    calls.close();
  }
}
