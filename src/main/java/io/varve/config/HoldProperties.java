package io.varve.config;

import io.varve.model.HoldLimits;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Revisions that prune must not pass, since somebody has asked for that. While one is held, what it
 * shows stays on disk, and so does the log from the first commit on that changed any of it.
 *
 * @param max revisions held at a time
 * @param maxTtl the longest that a hold may last before it is renewed
 */
@Validated
@ConfigurationProperties("varve.holds")
public record HoldProperties(
    @Min(1) @DefaultValue("100") int max,
    @NotNull @DurationMin(millis = 1) @DurationMax(days = 3650) @DefaultValue("7d")
        Duration maxTtl) {
  HoldLimits toLimits() {
    return new HoldLimits(max, maxTtl);
  }
}
