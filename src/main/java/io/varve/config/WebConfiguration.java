package io.varve.config;

import io.varve.model.Retention;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.web.PageTokens;
import io.varve.web.WebLimits;
import java.security.SecureRandom;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the controllers need to know of the settings. */
@Configuration(proxyBeanMethods = false)
final class WebConfiguration {
  private static final int SECRET_BYTES = 32;

  @Bean
  WebLimits webLimits(
      LimitsProperties limits,
      PageProperties page,
      TransactionProperties transactions,
      OutcomeProperties outcomes) {
    return limits.toLimits(page, transactions, outcomes);
  }

  /** Tokens stay good over a restart, since their secret is in the store. */
  @Bean
  PageTokens pageTokens(MvccStore store) {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return new PageTokens(store.secret(secret));
  }

  @Bean
  Retention retention(MvccSettings settings) {
    return settings.retention();
  }
}
