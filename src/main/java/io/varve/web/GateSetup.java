package io.varve.web;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Puts the gate before everything, on every port. It is scanned as all of this package for the main
 * server; the Actuator has a context of its own if it has a port of its own, whose filters are not
 * those of the main one, and which finds this class through {@code META-INF/spring}.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
final class GateSetup {
  @Bean
  FilterRegistrationBean<TokenGate> tokenGate(
      AccessTokens tokens, Problems problems, RevisionHeaders headers) {
    var registration = new FilterRegistrationBean<>(new TokenGate(tokens, problems, headers));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }
}
