package io.varve.config;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.varve.health.StorageHealthIndicator;
import io.varve.health.WritesHealthIndicator;
import io.varve.jobs.WriteWatch;
import io.varve.metrics.StoreMeters;
import io.varve.txn.StoreSessions;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What probes and monitors ask. */
@Configuration(proxyBeanMethods = false)
final class HealthConfiguration {
  /** Below the second that a probe of Kubernetes waits if nobody says otherwise. */
  private static final Duration PATIENCE = Duration.ofMillis(800);

  @Bean
  StorageHealthIndicator storageHealthIndicator(StoreSessions sessions) {
    return new StorageHealthIndicator(sessions, PATIENCE);
  }

  @Bean
  WritesHealthIndicator writesHealthIndicator(StoreSessions sessions, WriteWatch watch) {
    return new WritesHealthIndicator(sessions, watch);
  }

  @Bean
  MeterBinder storeMeters(StoreSessions sessions, WriteWatch watch) {
    return new StoreMeters(sessions, watch);
  }
}
