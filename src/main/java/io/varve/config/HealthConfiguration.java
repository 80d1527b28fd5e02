package io.varve.config;

import io.varve.health.AllocatorInfo;
import io.varve.health.StorageHealthIndicator;
import io.varve.health.StoreHealthEndpoint;
import io.varve.health.WritesHealthIndicator;
import io.varve.jobs.WriteWatch;
import io.varve.txn.StoreSessions;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointProperties;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What probes ask. */
@Configuration(proxyBeanMethods = false)
final class HealthConfiguration {
  /** Below the second that a probe of Kubernetes waits if nobody says otherwise. */
  private static final Duration PATIENCE = Duration.ofMillis(800);

  @Bean
  StoreHealthEndpoint storeHealthEndpoint(
      HealthContributorRegistry registry,
      HealthEndpointGroups groups,
      HealthEndpointProperties properties) {
    return new StoreHealthEndpoint(
        registry, groups, properties.getLogging().getSlowIndicatorThreshold());
  }

  @Bean
  StorageHealthIndicator storageHealthIndicator(StoreSessions sessions) {
    return new StorageHealthIndicator(sessions, PATIENCE);
  }

  @Bean
  AllocatorInfo allocatorInfo() {
    return new AllocatorInfo(Path.of("/proc/self/maps"));
  }

  @Bean
  WritesHealthIndicator writesHealthIndicator(StoreSessions sessions, WriteWatch watch) {
    return new WritesHealthIndicator(sessions, watch);
  }
}
