package io.varve.web;

import io.varve.authentication.Identification;
import io.varve.model.AccessErrors;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;

/**
 * Puts the gate before everything, on every port, and sets the server of that port up. It is
 * scanned as all of this package for the main server; the Actuator has a context of its own if it
 * has a port of its own, whose filters are not those of the main one, and which finds this class
 * through {@code META-INF/spring}.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
final class GateSetup {
  @Bean
  FilterRegistrationBean<FilterChainProxy> accessGate(
      Identification identification,
      AuditTrail audit,
      Problems problems,
      RevisionHeaders headers,
      SafetyHeaders safety,
      EdgeSettings edge,
      WorkPools pools) {
    List<Filter> filters = new ArrayList<>();
    filters.add(safety(safety));
    filters.add(audit::doFilter);
    filters.add(new OriginGuard(edge.loopbackOnly(), problems, headers));
    AuthenticationManager manager = identification.manager();
    if (manager != null) {
      filters.add(authentication(manager, problems, headers));
    }
    filters.add(new AccessGate(identification, problems, headers));
    filters.add(new BodyDeadline(edge.bodyTimeout()));
    filters.add(new CodingFilter(pools));
    var gate =
        new FilterChainProxy(new DefaultSecurityFilterChain(AnyRequestMatcher.INSTANCE, filters));
    gate.setFirewall(new PassingFirewall());
    var registration = new FilterRegistrationBean<>(gate);
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }

  /** For what the server refuses by itself and then has one of our handlers answer. */
  @Bean
  FilterRegistrationBean<Filter> safetyOfErrors(SafetyHeaders safety) {
    var registration =
        new FilterRegistrationBean<Filter>(
            (request, response, chain) -> {
              safety.writeStrict((HttpServletRequest) request, (HttpServletResponse) response);
              chain.doFilter(request, response);
            });
    registration.setName("safetyOfErrors");
    registration.setDispatcherTypes(DispatcherType.ERROR);
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }

  /** What Tomcat does by itself, for the server of the context that this is in. */
  @Bean
  TomcatSetup tomcatSetup(
      Problems problems, RevisionHeaders headers, SafetyHeaders safety, EdgeSettings edge) {
    return new TomcatSetup(problems, headers, safety, edge);
  }

  /** At once, and not when the answer begins: whoever knows better writes over it. */
  private static Filter safety(SafetyHeaders safety) {
    var filter = new HeaderWriterFilter(List.of(safety));
    filter.setShouldWriteHeadersEagerly(true);
    return filter;
  }

  /** Lets requests without a token through to the gate, which knows what is open. */
  private static Filter authentication(
      AuthenticationManager manager, Problems problems, RevisionHeaders headers) {
    var converter = new BearerTokenAuthenticationConverter();
    converter.setBearerTokenResolver(new BearerTokens());
    converter.setAuthenticationDetailsSource(_ -> ""); // nobody looks at them
    var filter = new BearerTokenAuthenticationFilter(manager, converter);
    filter.setAuthenticationFailureHandler(
        (request, response, failure) -> {
          StoreException problem =
              failure instanceof AuthenticationServiceException
                  ? StoreErrors.unavailable(
                      "The issuer of this token could not be asked about it. Try again later.")
                  : AccessErrors.unauthenticated();
          headers.setAll(response);
          problems.write(request, response, problem);
        });
    return filter;
  }
}
