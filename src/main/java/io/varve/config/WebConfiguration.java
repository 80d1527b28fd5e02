package io.varve.config;

import io.varve.model.Retention;
import io.varve.mvcc.MvccSettings;
import io.varve.web.WebLimits;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the controllers need to know of the settings. */
@Configuration(proxyBeanMethods = false)
final class WebConfiguration {
  @Bean
  WebLimits webLimits(
      LimitsProperties limits,
      PageProperties page,
      TransactionProperties transactions,
      OutcomeProperties outcomes) {
    return limits.toLimits(page, transactions, outcomes);
  }

  @Bean
  Retention retention(MvccSettings settings) {
    return settings.retention();
  }
}
