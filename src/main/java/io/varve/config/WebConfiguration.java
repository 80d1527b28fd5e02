package io.varve.config;

import io.varve.config.SecurityProperties.Mode;
import io.varve.model.HoldLimits;
import io.varve.model.Retention;
import io.varve.mvcc.MvccSettings;
import io.varve.txn.StoreSessions;
import io.varve.web.EdgeSettings;
import io.varve.web.PageTokens;
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
  EdgeSettings edgeSettings(AccessRules rules, LimitsProperties limits) {
    SecurityProperties security = rules.security();
    return new EdgeSettings(
        security.mode() == Mode.NONE && !security.allowAnonymous(), limits.requestBodyTimeout());
  }

  /** Tokens stay good over a restart, since their secret is in the store. */
  @Bean
  PageTokens pageTokens(StoreSessions sessions) {
    return new PageTokens(() -> sessions.latest().pageSecret());
  }

  @Bean
  Retention retention(MvccSettings settings) {
    return settings.retention();
  }

  @Bean
  HoldLimits holdLimits(MvccSettings settings) {
    return settings.holds();
  }
}
