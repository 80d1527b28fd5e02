package io.varve.config;

import io.varve.authentication.Identification;
import io.varve.authentication.KnownTokens;
import io.varve.config.AccessRules.Listener;
import io.varve.config.SecurityProperties.Mode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.security.authentication.ProviderManager;

/** Who may use the service. The store is not opened before its rules are checked. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  AuditProperties.class,
  SecurityProperties.class,
  LimitsProperties.class,
  ManagementServerProperties.class
})
final class AccessConfiguration {
  @Bean
  AccessRules accessRules(
      Environment environment,
      ObjectProvider<SecurityProperties> security,
      LimitsProperties limits,
      ServerProperties server,
      ManagementServerProperties management,
      InstantSource clock) {
    SecurityKeys.check(environment); // before they are bound, which may print them
    SecurityProperties written = security.getObject();
    return new AccessRules(
        written,
        TokenTable.of(written.tokens(), limits.keyBytes().toBytes()),
        listeners(server, management, ManagementPortType.get(environment)),
        clock);
  }

  @Bean
  AuditLogFile auditLogFile(AuditProperties properties) {
    return AuditLogFile.open(properties);
  }

  /** The tokens of mode "token"; none in any other mode. */
  @Bean
  KnownTokens knownTokens(AccessRules rules, InstantSource clock) {
    return new KnownTokens(rules.tokens().all(), clock);
  }

  /** Reads the settings of tokens again from time to time, where there are tokens. */
  @Bean
  TokenReload tokenReload(
      ConfigurableEnvironment environment,
      AccessRules rules,
      KnownTokens tokens,
      LimitsProperties limits) {
    Duration interval = rules.security().reloadInterval();
    boolean isOn = rules.security().mode() == Mode.TOKEN && !interval.isZero();
    return new TokenReload(
        new ConfigurationFiles(environment)::tokens,
        tokens,
        rules,
        limits.keyBytes().toBytes(),
        isOn ? () -> Thread.sleep(interval) : null);
  }

  @Bean
  Identification identification(AccessRules rules, KnownTokens tokens) {
    return switch (rules.security().mode()) {
      case NONE -> Identification.NOT_NEEDED;
      case TOKEN -> new Identification(new ProviderManager(tokens));
      case JWT -> new Identification(new ProviderManager(rules.jwt().callers(rules.clock())));
    };
  }

  private static List<Listener> listeners(
      ServerProperties server, ManagementServerProperties management, ManagementPortType type) {
    List<Listener> listeners = new ArrayList<>();
    listeners.add(
        new Listener("server.address", server.getAddress(), isEncrypted(server.getSsl())));
    if (type == ManagementPortType.DIFFERENT) {
      // It does not take the address of the other server over.
      listeners.add(
          new Listener(
              "management.server.address",
              management.getAddress(),
              isEncrypted(management, server)));
    }
    return listeners;
  }

  /** The Actuator's own setting, or else that of the other server, as Spring Boot has it. */
  private static boolean isEncrypted(
      ManagementServerProperties management, ServerProperties server) {
    Ssl own = management.getSsl();
    return isEncrypted(own == null ? server.getSsl() : own);
  }

  private static boolean isEncrypted(@Nullable Ssl ssl) {
    return Ssl.isEnabled(ssl);
  }
}
