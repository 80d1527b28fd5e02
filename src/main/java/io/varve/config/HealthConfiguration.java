package io.varve.config;

import io.varve.health.StorageHealthIndicator;
import io.varve.txn.MvccTransactionManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the probes ask. */
@Configuration(proxyBeanMethods = false)
final class HealthConfiguration {
  @Bean
  StorageHealthIndicator storageHealthIndicator(MvccTransactionManager transactions) {
    return new StorageHealthIndicator(transactions);
  }
}
