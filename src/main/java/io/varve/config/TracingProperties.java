package io.varve.config;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Traces of requests. They are off where no endpoint is set.
 *
 * @param endpoint URL, path included, that takes traces as OTLP over HTTP, such as
 *     http://collector:4318/v1/traces; none for no traces at all
 * @param sampling part of the requests that is traced, of those that come without a trace of their
 *     own; in a trace that a caller has begun, the caller decides
 */
@Validated
@ConfigurationProperties("varve.tracing")
public record TracingProperties(
    @Nullable
        @Pattern(
            regexp = "https?://[^/?#@]+/[^?#]+",
            message = "must be a URL with a path, such as http://collector:4318/v1/traces")
        String endpoint,
    @DecimalMin("0") @DecimalMax("1") @DefaultValue("0.1") double sampling) {}
