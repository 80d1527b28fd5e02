package io.varve.bench;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.varve.metrics.MeteredListener;
import io.varve.metrics.RecentTransactions;
import io.varve.metrics.SlowTransactionLog;
import io.varve.metrics.TransactionMeters;
import io.varve.mvcc.MvccListener;
import io.varve.txn.TransactionListener;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * What hears of transactions and of the log: nobody, or the meters of the service.
 *
 * @param transactions hears of transactions
 * @param wrapping puts a meter before a listener of the store
 * @param timer ticks for the meters
 */
record Meters(
    TransactionListener transactions,
    UnaryOperator<MvccListener> wrapping,
    ScheduledExecutorService timer)
    implements AutoCloseable {
  private static final Duration SLOW = Duration.ofSeconds(1);
  private static final int SCRAPE_SECONDS = 5;

  static Meters none() {
    return new Meters(TransactionListener.NONE, UnaryOperator.identity(), newTimer());
  }

  /** Those that the service has, with its timer, and scraped more often than usual. */
  static Meters ofService() {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var meters = new TransactionMeters(registry, new SlowTransactionLog(SLOW, System::nanoTime));
    var recent = new RecentTransactions(meters, System::nanoTime);
    ScheduledExecutorService timer = newTimer();
    var _ = timer.scheduleAtFixedRate(recent::tick, 1, 1, TimeUnit.SECONDS);
    var _ =
        timer.scheduleAtFixedRate(
            registry::scrape, SCRAPE_SECONDS, SCRAPE_SECONDS, TimeUnit.SECONDS);
    return new Meters(meters, next -> new MeteredListener(next, registry), timer);
  }

  private static ScheduledExecutorService newTimer() {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().name("bench-meters").daemon().factory());
  }

  MvccListener listening(MvccListener next) {
    return wrapping.apply(next);
  }

  @Override
  public void close() {
    timer.close();
  }
}
