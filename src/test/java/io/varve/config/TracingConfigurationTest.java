package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.prometheus.metrics.tracer.common.SpanContext;
import io.varve.tracing.SpanExport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Traces are there exactly where there is an endpoint. */
final class TracingConfigurationTest {
  private static final String ENDPOINT = "varve.tracing.endpoint=";

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner().withUserConfiguration(TracingConfiguration.class);

  @ParameterizedTest
  @ValueSource(strings = {"varve.tracing.sampling=1", ENDPOINT, ENDPOINT + " "})
  void noEndpoint_noBeans(String setting) {
    runner
        .withPropertyValues(setting)
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(TracingConfiguration.class)
                    .doesNotHaveBean(Tracer.class)
                    .doesNotHaveBean(ObservationRegistry.class)
                    .doesNotHaveBean(SpanContext.class)
                    .doesNotHaveBean(SpanExport.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://collector:4318/v1/traces", "https://[::1]/otlp/v1/traces"})
  void endpoint_makesATracer(String endpoint) {
    runner
        .withPropertyValues(ENDPOINT + endpoint)
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .hasSingleBean(Tracer.class)
                    .hasSingleBean(ObservationRegistry.class)
                    .hasSingleBean(SpanContext.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "collector:4318",
        "http://collector:4318",
        "http://collector:4318/",
        "grpc://collector:4317/v1/traces",
        "http://user:secret@collector/v1/traces",
        "http://collector/v1/traces?token=secret"
      })
  void endpoint_thatIsNoUrlWithAPath_isRefused(String endpoint) {
    runner
        .withPropertyValues(ENDPOINT + endpoint)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("such as http://collector:4318/v1/traces"));
  }

  @Test
  void sampling_isAPart() {
    runner
        .withPropertyValues(ENDPOINT + "http://collector:4318/v1/traces")
        .withPropertyValues("varve.tracing.sampling=1.5")
        .run(
            context ->
                assertThat(context).getFailure().rootCause().hasMessageContaining("sampling"));
  }
}
