package io.varve.config;

import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.varve.tracing.ExemplarContext;
import io.varve.tracing.RequestSpans;
import io.varve.tracing.SpanExport;
import io.varve.tracing.Tracing;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** Traces, where there is an endpoint for them. Without one nothing of this is there. */
@Configuration(proxyBeanMethods = false)
@Conditional(OnTracingEndpoint.class)
@EnableConfigurationProperties(TracingProperties.class)
final class TracingConfiguration {
  @Bean(destroyMethod = "close")
  SpanExport spanExport(TracingProperties tracing, ObjectProvider<BuildProperties> build) {
    BuildProperties properties = build.getIfAvailable();
    String version = properties == null ? null : properties.getVersion();
    return new SpanExport(
        Objects.requireNonNull(tracing.endpoint()),
        tracing.sampling(),
        version == null ? "unknown" : version);
  }

  @Bean
  Tracer tracer(SpanExport export) {
    return Tracing.tracer(export);
  }

  @Bean
  Propagator propagator(SpanExport export) {
    return Tracing.propagator(export);
  }

  @Bean
  ObservationRegistry observationRegistry(Tracer tracer, Propagator propagator) {
    return Tracing.observations(tracer, propagator);
  }

  /** Spring Boot gives it to the registry of meters, whose histograms have exemplars then. */
  @Bean
  ExemplarContext exemplarContext() {
    return new ExemplarContext();
  }

  /** Around everything but the gate: what times a request does so while its span is there. */
  @Bean
  FilterRegistrationBean<RequestSpans> requestSpans(ObservationRegistry observations) {
    var registration = new FilterRegistrationBean<>(new RequestSpans(observations));
    registration.addUrlPatterns("/v1/*"); // probes and scrapes would be most of all traces
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
    return registration;
  }
}
