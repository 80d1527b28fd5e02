package io.varve.config;

import io.varve.health.StorageHealthIndicator;
import io.varve.txn.StoreSessions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the probes ask. */
@Configuration(proxyBeanMethods = false)
final class HealthConfiguration {
  @Bean
  StorageHealthIndicator storageHealthIndicator(StoreSessions sessions) {
    return new StorageHealthIndicator(sessions);
  }
}
