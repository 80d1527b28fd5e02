package io.varve.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;
import org.springframework.stereotype.Component;

/** What requests take of the service, and how much of it there is. */
@Component
final class AdmissionMeters implements MeterBinder {
  private final Admission admission;
  private final ByteBudget bytes;
  private final WorkPools pools;

  AdmissionMeters(Admission admission, ByteBudget bytes, WorkPools pools) {
    this.admission = admission;
    this.bytes = bytes;
    this.pools = pools;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    admission
        .limits()
        .forEach(
            (kind, limit) -> {
              gauge("varve.inflight", limit, ConcurrencyLimit::running, "Calls that run, by class")
                  .tag("class", kind)
                  .register(registry);
              gauge(
                      "varve.inflight.waiting",
                      limit,
                      ConcurrencyLimit::waiting,
                      "Calls that wait for their turn, by class")
                  .tag("class", kind)
                  .register(registry);
              gauge(
                      "varve.inflight.limit",
                      limit,
                      ConcurrencyLimit::maxRunning,
                      "Calls that may run at a time, by class")
                  .tag("class", kind)
                  .register(registry);
            });
    pools
        .pools()
        .forEach(
            (name, pool) -> {
              gauge("varve.pool.running", pool, WorkPool::running, "Tasks that run, by pool")
                  .tag("pool", name)
                  .register(registry);
              gauge(
                      "varve.pool.waiting",
                      pool,
                      WorkPool::waiting,
                      "Tasks that wait for a thread, by pool")
                  .tag("pool", name)
                  .register(registry);
              gauge("varve.pool.threads", pool, WorkPool::threads, "Threads at most, by pool")
                  .tag("pool", name)
                  .register(registry);
            });
    gauge(
            "varve.inflight",
            bytes,
            ByteBudget::held,
            "What bodies and answers of requests take of the heap")
        .baseUnit("bytes")
        .register(registry);
    gauge(
            "varve.inflight.max",
            bytes,
            ByteBudget::maxBytes,
            "What bodies and answers of requests may take of the heap")
        .baseUnit("bytes")
        .register(registry);
  }

  private static <T> Gauge.Builder<T> gauge(
      String name, T of, ToDoubleFunction<T> value, String description) {
    return Gauge.builder(name, of, value).description(description);
  }
}
