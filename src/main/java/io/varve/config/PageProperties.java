package io.varve.config;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Reading page by page.
 *
 * @param lease how long the revision of a page stays readable for the next page
 * @param maxLeases revisions kept like that at a time; above it the oldest goes early
 */
@Validated
@ConfigurationProperties("varve.page")
public record PageProperties(
    @NotNull @DurationMin(millis = 1) @DefaultValue("60s") Duration lease,
    @Min(1) @DefaultValue("10000") int maxLeases) {}
